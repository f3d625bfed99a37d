import { ActionIcon, Popover, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { LINES } from '../live/model.js';
import { texts } from '../texts/texts.js';
import classes from './line-help.module.css';

/** What the lamps stand for; a lamp itself is no place for the keyboard to stop at. */
export function LineHelp() {
  return (
    <Popover position="bottom-end" withArrow shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon size="md" aria-label={texts.ports.lineHelp}>
          <IconInfoCircle size={16} stroke={1.7} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={texts.ports.signals} tabIndex={-1}>
        <Text component="dl" size="sm" className={classes.lines}>
          {LINES.map((line) => (
            <div key={line}>
              <dt>{line.toUpperCase()}</dt>
              <dd>{texts.ports.lineTitle[line]}</dd>
            </div>
          ))}
        </Text>
      </Popover.Dropdown>
    </Popover>
  );
}
