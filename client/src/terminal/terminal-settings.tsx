import { ActionIcon, NumberInput, Popover, Select, Stack, Switch, Text, Tooltip } from '@mantine/core';
import { IconSettings } from '@tabler/icons-react';
import { texts } from '../texts/texts.js';
import type { Enter, Preferences } from './preferences.js';
import classes from './terminal.module.css';

interface Props {
  preferences: Preferences;
  change: (change: Partial<Preferences>) => void;
  onClose: () => void;
}

const ENTERS = [
  { value: 'cr', label: 'CR' },
  { value: 'lf', label: 'LF' },
  { value: 'crlf', label: 'CR LF' },
];

export function TerminalSettings({ preferences, change, onClose }: Props) {
  return (
    <Popover position="bottom-end" withArrow shadow="md" trapFocus onClose={onClose}>
      <Popover.Target>
        <Tooltip label={texts.terminal.settings}>
          <ActionIcon aria-label={texts.terminal.settings}>
            <IconSettings size={18} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={texts.terminal.settings}>
        <Stack gap="sm">
          <Select
            label={texts.terminal.enterSends}
            data={ENTERS}
            value={preferences.enter}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
            onChange={(enter) => enter && change({ enter: enter as Enter })}
          />
          <NumberInput
            label={texts.terminal.fontSize}
            value={preferences.fontSize}
            min={8}
            max={32}
            hideControls={false}
            onChange={(size) =>
              typeof size === 'number' && size >= 8 && size <= 32 && change({ fontSize: size })
            }
          />
          <Switch
            label={texts.terminal.localEcho}
            checked={preferences.localEcho}
            onChange={(event) => change({ localEcho: event.currentTarget.checked })}
          />
          <Switch
            label={texts.terminal.screenReader}
            checked={preferences.screenReader}
            onChange={(event) => change({ screenReader: event.currentTarget.checked })}
          />
          <Text size="xs" c="dimmed" component="dl" className={classes.keys}>
            {texts.terminal.keys.map(([keys, what]) => (
              <div key={keys}>
                <dt>{keys}</dt>
                <dd>{what}</dd>
              </div>
            ))}
          </Text>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
