import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { asText, getAt, type JsonObject } from '../../editor/json.js';
import { texts } from '../../texts/texts.js';
import { pageOf } from '../terminals/open-terminals.js';

const OFFERED_MS = 10_000;

/** Says that a port is there, and offers what comes next. */
export function tellAdded(label: string, entry: JsonObject, go: (path: string) => void): void {
  const message = texts.editor.addedPort(label);
  const endpoint = endpointIn(entry);
  if (!endpoint) {
    notifications.show({ message, color: 'teal' });
    return;
  }
  const open = () => {
    notifications.hide(id);
    go(pageOf({ kind: 'xterm', name: endpoint }));
  };
  const id = notifications.show({
    color: 'teal',
    autoClose: OFFERED_MS,
    message: (
      <Group justify="space-between">
        {message}
        <Button size="compact-sm" variant="default" onClick={open}>
          {texts.editor.openTerminal}
        </Button>
      </Group>
    ),
  });
}

/** The first one that carries bytes. */
function endpointIn(entry: JsonObject): string {
  const servers = entry['servers'];
  const found = (Array.isArray(servers) ? servers : []).find(
    (server) => getAt(server, ['endpoint']) !== undefined && getAt(server, ['data']) !== false,
  );
  return asText(getAt(found, ['endpoint']));
}
