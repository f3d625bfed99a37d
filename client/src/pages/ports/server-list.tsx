import { Badge, Text } from '@mantine/core';
import { Fragment } from 'react';
import { socketUrl } from '../../base.js';
import { Copy } from '../../components/copy.js';
import type { PortStatus, ServerStatus } from '../../api/index.js';
import { wayIn } from '../../ports/describe.js';
import { texts } from '../../texts/texts.js';
import { ConnectionRow } from './connection-row.js';
import { EndpointLinks } from './endpoint-links.js';
import classes from './ports.module.css';

export function ServerList({ port, id }: { port: PortStatus; id: string }) {
  if (port.servers.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {texts.ports.noServers}
      </Text>
    );
  return (
    <ul className={classes.servers} aria-label={texts.ports.servers}>
      {port.servers.map((server, at) => (
        <li key={at} className={classes.server}>
          <Way server={server} />
          {server.reason && <div className={classes.reason}>{server.reason}</div>}
          {server.connections.length > 0 && (
            <ul className={classes.clients}>
              {server.connections.map((connection) => (
                <ConnectionRow key={connection.id} connection={connection} port={id} server={at} />
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

function Way({ server }: { server: ServerStatus }) {
  const { command, local } = wayIn(server, location.hostname, socketUrl('').href);
  return (
    <div className={classes.way}>
      <Badge variant="default" size="sm" radius="sm" w={88} px={4} style={{ flexShrink: 0 }}>
        {server.protocol}
      </Badge>
      <div className={classes.command}>
        <Breakable text={command} />
        {local && (
          <Text size="xs" c="dimmed" ff="text">
            {texts.ports.onlyLocal}
          </Text>
        )}
      </div>
      {server.endpoint !== undefined && server.data !== false && <EndpointLinks endpoint={server.endpoint} />}
      <Copy text={command} label={texts.ports.copyCommand(command)} />
    </div>
  );
}

/** A line that is broken where a path or an address has its parts. */
function Breakable({ text }: { text: string }) {
  return text.split(/(?<=\/)(?!\/)/).map((part, at) => (
    <Fragment key={at}>
      {part}
      <wbr />
    </Fragment>
  ));
}
