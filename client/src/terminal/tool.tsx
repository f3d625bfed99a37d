import { ActionIcon, Tooltip } from '@mantine/core';
import type { TablerIcon } from '@tabler/icons-react';

interface Props {
  icon: TablerIcon;
  label: string;
  pressed?: boolean;
  busy?: boolean;
  onClick: () => void;
}

/** A button of a terminal's bar. */
export function Tool({ icon: Icon, label, pressed, busy, onClick }: Props) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        aria-label={label}
        loading={busy ?? false}
        {...(pressed !== undefined && { 'aria-pressed': pressed })}
        variant={pressed ? 'light' : 'subtle'}
        color={pressed ? 'signal' : 'gray'}
        onClick={onClick}
      >
        <Icon size={18} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
