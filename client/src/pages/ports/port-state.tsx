import { Badge, Tooltip } from '@mantine/core';
import type { Condition } from '../../ports/condition.js';
import { texts } from '../../texts/texts.js';

/** Colour of the card's edge. The words say the same. */
export const EDGE: Record<Condition, string> = {
  open: 'var(--lamp-on)',
  idle: 'var(--lamp-off)',
  missing: 'var(--mantine-color-orange-6)',
  busy: 'var(--mantine-color-orange-6)',
  denied: 'var(--mantine-color-red-6)',
  failed: 'var(--mantine-color-red-6)',
  invalid: 'var(--mantine-color-red-6)',
};

interface Look {
  '--badge-bg': string;
  '--badge-color': string;
}
const WAITING: Look = {
  '--badge-bg': 'light-dark(#ffe8cc, #4a3414)',
  '--badge-color': 'light-dark(#7a3b00, #ffd8a8)',
};
const WRONG: Look = {
  '--badge-bg': 'light-dark(#ffe3e3, #4d1f1f)',
  '--badge-color': 'light-dark(#9c1c1c, #ffc9c9)',
};
/** Words that read at 4.5:1 on their ground in both schemes. */
const LOOK: Record<Condition, Look> = {
  open: { '--badge-bg': 'light-dark(#d3f9e4, #0b3d26)', '--badge-color': 'light-dark(#06603a, #b2f2d0)' },
  idle: { '--badge-bg': 'light-dark(#eceff1, #2f3c44)', '--badge-color': 'light-dark(#3b464d, #d5dde2)' },
  missing: WAITING,
  busy: WAITING,
  denied: WRONG,
  failed: WRONG,
  invalid: WRONG,
};

export function PortState({ condition }: { condition: Condition }) {
  return (
    <Tooltip label={texts.ports.stateHint[condition]} multiline maw={280}>
      {/* A button, so that what it means can be had without a mouse. */}
      <Badge
        component="button"
        type="button"
        style={{ flexShrink: 0, cursor: 'help', border: 0, ...LOOK[condition] }}
        variant="light"
        size="lg"
        radius="sm"
        tt="none"
      >
        {texts.ports.state[condition]}
      </Badge>
    </Tooltip>
  );
}
