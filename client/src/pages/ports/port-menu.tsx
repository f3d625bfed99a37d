import { ActionIcon, Menu } from '@mantine/core';
import {
  IconActivity,
  IconBolt,
  IconCopy,
  IconDotsVertical,
  IconEdit,
  IconTerminal2,
  IconTrash,
} from '@tabler/icons-react';
import { Link } from 'react-router';
import { confirm } from '../../components/confirm.js';
import { useAction } from '../../components/use-action.js';
import type { PortStatus } from '../../api/index.js';
import { clientsOf } from '../../ports/condition.js';
import { endpointsOf } from '../../ports/endpoints.js';
import { breakLine, deletionOf } from '../../ports/requests.js';
import { texts } from '../../texts/texts.js';
import { pageOf } from '../terminals/open-terminals.js';

interface Props {
  port: PortStatus;
  index: number;
  /** What the API finds it by. */
  id: string;
  name: string;
  admin: boolean;
}

export function PortMenu({ port, index, id, name, admin }: Props) {
  const { run } = useAction();
  const endpoints = endpointsOf(port);
  const remove = async () => {
    const deletion = await deletionOf(id, port);
    confirm({
      title: texts.ports.removeTitle(name),
      text: texts.ports.removeText(clientsOf(port)),
      confirm: texts.ports.remove,
      onConfirm: () => void run(deletion, texts.ports.removed(name)),
    });
  };
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={texts.ports.actions(name)}>
          <IconDotsVertical size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {endpoints.map((endpoint) => (
          <Menu.Item
            key={endpoint}
            component={Link}
            to={pageOf({ kind: 'xterm', name: endpoint })}
            leftSection={<IconTerminal2 size={16} />}
          >
            {endpoints.length > 1 ? `${texts.ports.terminal}: ${endpoint}` : texts.ports.terminal}
          </Menu.Item>
        ))}
        <Menu.Item
          component={Link}
          to={pageOf({ kind: 'monitor', name: port.name || String(index) })}
          leftSection={<IconActivity size={16} />}
        >
          {texts.ports.monitor}
        </Menu.Item>
        {admin && (
          <>
            <Menu.Item component={Link} to={`/ports/${index}/edit`} leftSection={<IconEdit size={16} />}>
              {texts.ports.edit}
            </Menu.Item>
            <Menu.Item component={Link} to={`/ports/new?from=${index}`} leftSection={<IconCopy size={16} />}>
              {texts.ports.duplicate}
            </Menu.Item>
            <Menu.Item
              disabled={!port.serial.connected}
              leftSection={<IconBolt size={16} />}
              onClick={() => void run(() => breakLine(id), texts.ports.breakSent)}
            >
              {texts.ports.breakAction}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item
              color="var(--danger)"
              leftSection={<IconTrash size={16} />}
              onClick={() => void run(remove)}
            >
              {texts.ports.remove}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
