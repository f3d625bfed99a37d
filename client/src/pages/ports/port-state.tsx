import { Badge, Tooltip } from '@mantine/core';
import type { Condition } from '../../ports/condition.js';
import { texts } from '../../texts/texts.js';

/** Colour of the card's edge. The words say the same. */
export const EDGE: Record<Condition, string> = {
  open: 'var(--lamp-on)',
  idle: 'var(--lamp-off)',
  missing: 'var(--mantine-color-orange-6)',
  retrying: 'var(--mantine-color-orange-6)',
  error: 'var(--mantine-color-red-6)',
};

const COLOR: Record<Condition, string> = {
  open: 'teal',
  idle: 'gray',
  missing: 'orange',
  retrying: 'orange',
  error: 'red',
};

export function PortState({ condition }: { condition: Condition }) {
  return (
    <Tooltip label={texts.ports.stateHint[condition]} multiline maw={280}>
      <Badge
        style={{ flexShrink: 0 }}
        color={COLOR[condition]}
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
