import { ActionIcon, Tooltip } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { confirm } from '../../components/confirm.js';
import { useAction } from '../../components/use-action.js';
import type { ConnectionStatus } from '../../api/index.js';
import { disconnect } from '../../ports/requests.js';
import { texts } from '../../texts/texts.js';
import { bytes, moment } from '../../util/format.js';
import classes from './ports.module.css';

interface Props {
  connection: ConnectionStatus;
  /** What the API finds the port by. */
  port: string;
  server: number;
}

export function ConnectionRow({ connection, port, server }: Props) {
  const { run } = useAction();
  const who = connection.user ? `${connection.user} (${connection.address})` : connection.address;
  const ask = () =>
    confirm({
      title: texts.ports.disconnectTitle(who),
      text: texts.ports.disconnectText,
      confirm: texts.ports.disconnect,
      onConfirm: () => void run(() => disconnect(port, server, connection.id), texts.ports.disconnected(who)),
    });
  return (
    <li className={`${classes.client} live`}>
      <span className={classes.who}>
        {who}
        <span className={classes.doing}>
          {connection.queue > 0 && <>{texts.ports.queued(bytes(connection.queue))} · </>}
          {texts.ports.since(moment(connection.since))} ·{' '}
          <span className={classes.whole}>
            {texts.ports.traffic(bytes(connection.bytes_in), bytes(connection.bytes_out))}
          </span>
        </span>
      </span>
      <Tooltip label={texts.ports.disconnect}>
        <ActionIcon size="md" aria-label={texts.ports.disconnectOf(who)} onClick={ask}>
          <IconPlugConnectedX size={16} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
    </li>
  );
}
