import { Button, Menu, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { PortStatus } from '../api/index.js';
import { texts } from '../texts/texts.js';
import { useDraftContext } from './draft.js';
import { asText, type Json, type JsonObject } from './json.js';
import { newServer } from './new-port.js';
import { Section } from './section.js';
import { ServerFields } from './server-fields.js';
import { useItemKeys } from './use-item-keys.js';
import { type Protocol, PROTOCOLS, withProtocol } from './values.js';

const t = texts.editor;

export function ServersSection({ ports }: { ports: readonly PortStatus[] }) {
  const draft = useDraftContext();
  const servers = listOf(draft.get(['servers']));
  const { keys, takeOut } = useItemKeys(servers.length);
  const remove = (at: number) => {
    takeOut(at);
    draft.takeOut(['servers'], at);
  };
  const add = (protocol: Protocol) => {
    const fresh = newServer(
      protocol === 'websocket' ? 'websocket' : 'tcp',
      [...ports.flatMap((port) => port.servers), ...servers],
      asText(draft.get(['name'])),
    );
    draft.set(['servers'], [...servers, withProtocol(fresh, protocol)]);
  };
  return (
    <Section
      title={t.sections.servers}
      action={
        <Menu>
          <Menu.Target>
            <Button variant="default" leftSection={<IconPlus size={16} />}>
              {t.addServer}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {PROTOCOLS.map((protocol) => (
              <Menu.Item key={protocol} onClick={() => add(protocol)}>
                {t.protocols[protocol]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      }
    >
      {servers.length === 0 && <Text c="dimmed">{texts.ports.noServers}</Text>}
      <Stack>
        {servers.map((server, at) => (
          <ServerFields key={keys[at]} at={at} server={server} onRemove={() => remove(at)} />
        ))}
      </Stack>
    </Section>
  );
}

const listOf = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? (value as JsonObject[]) : [];
