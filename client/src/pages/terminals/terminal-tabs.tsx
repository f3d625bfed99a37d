import { CloseButton } from '@mantine/core';
import type { PortStatus } from '../../api/index.js';
import { texts } from '../../texts/texts.js';
import { labelAmong } from './label.js';
import { keyOf, type OpenTerminal } from './open-terminals.js';
import classes from './terminals.module.css';

const t = texts.terminals;

interface Props {
  terminals: OpenTerminal[];
  ports: readonly PortStatus[];
  active: string;
  beside: boolean;
  onShow: (key: string) => void;
  onClose: (key: string) => void;
}

/** A button for each terminal, with another that closes it. */
export function TerminalTabs({ terminals, ports, active, beside, onShow, onClose }: Props) {
  return (
    <ul className={classes.tabs} aria-label={t.title}>
      {terminals.map((terminal) => {
        const key = keyOf(terminal);
        const label = `${labelAmong(ports, terminal)} · ${t.kind[terminal.kind]}`;
        return (
          <li key={key} className={classes.tab} data-active={(!beside && key === active) || undefined}>
            <button
              type="button"
              aria-pressed={beside || key === active}
              aria-controls={`pane-${key}`}
              onClick={() => onShow(key)}
            >
              {label}
            </button>
            <CloseButton size={24} aria-label={t.closeTab(label)} onClick={() => onClose(key)} />
          </li>
        );
      })}
    </ul>
  );
}
