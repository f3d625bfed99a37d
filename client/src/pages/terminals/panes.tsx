import { ActionIcon, Tooltip } from '@mantine/core';
import { IconMaximize } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useSnapshot } from '../../live/live.js';
import { TerminalPane } from '../../terminal/terminal-pane.js';
import { texts } from '../../texts/texts.js';
import { labelAmong } from './label.js';
import { keyOf, type OpenTerminal, pageOf, useOpenTerminals } from './open-terminals.js';
import classes from './terminals.module.css';

const t = texts.terminals;

/** The terminals that are open, in tabs or beside each other; those that are not seen are hidden only. */
export default function Panes() {
  const { terminals, active, beside } = useOpenTerminals();
  const ports = useSnapshot()?.ports ?? [];
  return (
    <div className={classes.panes} data-beside={beside || undefined}>
      {terminals.map((terminal) => {
        const key = keyOf(terminal);
        const label = `${labelAmong(ports, terminal)} · ${t.kind[terminal.kind]}`;
        return (
          <div key={key} id={`pane-${key}`} className={classes.pane} hidden={!beside && key !== active}>
            <TerminalPane
              {...terminal}
              lead={
                <>
                  <h2 className={classes.name}>{label}</h2>
                  <FullPage terminal={terminal} label={label} />
                </>
              }
            />
          </div>
        );
      })}
    </div>
  );
}

function FullPage({ terminal, label }: { terminal: OpenTerminal; label: string }) {
  return (
    <Tooltip label={t.fullPage}>
      <ActionIcon component={Link} to={pageOf(terminal)} size="md" aria-label={`${t.fullPage}: ${label}`}>
        <IconMaximize size={16} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
