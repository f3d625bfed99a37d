import { ActionIcon, Tooltip } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { useTitle } from '../components/page-head.js';
import { TerminalPane } from '../terminal/terminal-pane.js';
import classes from '../terminal/terminal.module.css';
import { usePort } from '../terminal/use-port.js';
import type { Kind } from '../terminal/use-terminal-socket.js';
import { texts } from '../texts/texts.js';
import { labelOfTerminal } from './terminals/label.js';

/** A terminal that has the window to itself. */
export function TerminalPage({ kind }: { kind: Kind }) {
  const name = useParams()['*'] ?? '';
  const [token] = useState(takeToken);
  const port = usePort(kind, name, token);
  // Of one without name or path it is not known here which one it is.
  const label = port && (port.name || port.serial.port) ? labelOfTerminal({ kind, name }, port, 0) : name;
  useTitle(`${label} · ${texts.terminals.kind[kind]}`);
  return (
    <main className={classes.page}>
      <TerminalPane
        kind={kind}
        name={name}
        token={token}
        lead={
          <>
            <Tooltip label={texts.notFound.back}>
              <ActionIcon component={Link} to="/" aria-label={texts.notFound.back}>
                <IconArrowLeft size={18} />
              </ActionIcon>
            </Tooltip>
            <h1 className={classes.title}>{label}</h1>
          </>
        }
      />
    </main>
  );
}

/** A link may bring the endpoint's own token along; it does not stay in the address, nor in the history. */
function takeToken(): string | undefined {
  const url = new URL(location.href);
  const token = url.searchParams.get('token') ?? undefined;
  if (token === undefined) return undefined;
  url.searchParams.delete('token');
  history.replaceState(history.state, '', url);
  return token;
}
