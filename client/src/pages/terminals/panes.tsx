import { ActionIcon, Tooltip } from '@mantine/core';
import { IconMaximize } from '@tabler/icons-react';
import { Link } from 'react-router';
import { TerminalPane } from '../../terminal/terminal-pane.js';
import { texts } from '../../texts/texts.js';
import { keyOf, type OpenTerminal, pageOf, useOpenTerminals } from './open-terminals.js';
import classes from './terminals.module.css';

const t = texts.terminals;

/** The terminals that are open, in tabs or beside each other; those that are not seen are hidden only. */
export default function Panes() {
  const { terminals, active, beside } = useOpenTerminals();
  return (
    <div className={classes.panes} data-beside={beside || undefined}>
      {terminals.map((terminal) => (
        <div
          key={keyOf(terminal)}
          id={`pane-${keyOf(terminal)}`}
          className={classes.pane}
          hidden={!beside && keyOf(terminal) !== active}
        >
          <TerminalPane
            {...terminal}
            lead={
              <>
                <h2 className={classes.name}>
                  {terminal.name} · {t.kind[terminal.kind]}
                </h2>
                <FullPage terminal={terminal} />
              </>
            }
          />
        </div>
      ))}
    </div>
  );
}

function FullPage({ terminal }: { terminal: OpenTerminal }) {
  return (
    <Tooltip label={t.fullPage}>
      <ActionIcon
        component={Link}
        to={pageOf(terminal)}
        size="md"
        aria-label={`${t.fullPage}: ${terminal.name} · ${t.kind[terminal.kind]}`}
      >
        <IconMaximize size={16} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
