import { ActionIcon, Anchor, Card, Group, Text, Tooltip } from '@mantine/core';
import { IconEdit, IconTrash } from '@tabler/icons-react';
import { confirm } from '../../components/confirm.js';
import { useAction } from '../../components/use-action.js';
import ports from '../ports/ports.module.css';
import { removeHttpServer } from '../../api/index.js';
import type { Settings } from '../../api/index.js';
import { ask, ifStill } from '../../rest.js';
import { texts } from '../../texts/texts.js';

const t = texts.settings;

/** With a mistake it may hold anything. */
export type HttpEntry = Settings['http'][number];

interface Props {
  entry: HttpEntry;
  index: number;
  etag: string | undefined;
  admin: boolean;
  /** The last one stays, or nobody could come in any more. */
  only: boolean;
  onEdit: () => void;
  onChanged: () => void;
}

export function HttpCard({ entry, index, etag, admin, only, onEdit, onChanged }: Props) {
  const { run } = useAction();
  const url = urlOf(entry);
  const name = textOf(entry.name) || url;
  const error = textOf(entry.error);
  const remove = () =>
    confirm({
      title: t.removeTitle(name),
      text: t.removeText,
      confirm: texts.common.remove,
      onConfirm: () =>
        void run(
          () => ask(removeHttpServer({ path: { index: String(index) }, headers: ifStill(etag) })),
          t.removed(name),
        ).then(onChanged),
    });
  return (
    <Card padding="sm">
      <Group justify="space-between" wrap="nowrap">
        <div>
          <Text fw={600}>{name}</Text>
          <Anchor href={url} size="sm" ff="monospace" target="_blank" rel="noreferrer">
            {url}
          </Anchor>
          {error && <div className={ports.reason}>{error}</div>}
        </div>
        {admin && (
          <Group gap={4} wrap="nowrap">
            <Tooltip label={texts.common.edit}>
              <ActionIcon aria-label={`${texts.common.edit}: ${name}`} onClick={onEdit}>
                <IconEdit size={18} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={only ? t.onlyOne : texts.common.remove}>
              <ActionIcon
                aria-label={`${texts.common.remove}: ${name}`}
                aria-disabled={only}
                data-disabled={only || undefined}
                onClick={() => !only && remove()}
              >
                <IconTrash size={18} />
              </ActionIcon>
            </Tooltip>
          </Group>
        )}
      </Group>
    </Card>
  );
}

/** Where this entry is reached, from where this page was. */
function urlOf(entry: HttpEntry): string {
  const address = textOf(entry.address);
  const host = ['', '0.0.0.0', '::'].includes(address) ? location.hostname : address;
  const port = /:(\d+)$/.exec(textOf(entry.listening))?.[1] ?? Number(entry.port ?? 8080);
  return `${entry.ssl ? 'https' : 'http'}://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}/`;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
