import { ActionIcon, Card, Group, Select, Stack, Title } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { texts } from '../texts/texts.js';
import { AddressFields } from './address-fields.js';
import { ControlFields } from './control-fields.js';
import { useDraftContext } from './draft.js';
import classes from './editor.module.css';
import { asText, type JsonObject } from './json.js';
import { ServerLimits } from './server-limits.js';
import { PROTOCOLS, withProtocol } from './values.js';

const t = texts.editor;

interface Props {
  at: number;
  server: JsonObject;
  onRemove: () => void;
}

/** One way in. */
export function ServerFields({ at, server, onRemove }: Props) {
  const draft = useDraftContext();
  const path = ['servers', at];
  const written = asText(server['protocol']);
  const protocol = PROTOCOLS.find((known) => known === written.toLowerCase());
  const label = t.server(at, written.toUpperCase());
  return (
    <Card component="fieldset" m={0} aria-label={label}>
      <Stack>
        <Group justify="space-between" wrap="nowrap">
          <Title order={3} size="h5">
            {t.serverTitle(at)}
          </Title>
          <ActionIcon size={36} aria-label={t.removeServer(label)} onClick={onRemove}>
            <IconTrash size={18} />
          </ActionIcon>
        </Group>
        <Select
          label={t.protocol}
          allowDeselect={false}
          data={PROTOCOLS.map((value) => ({ value, label: t.protocols[value] }))}
          value={protocol ?? null}
          placeholder={written}
          error={draft.errorAt([...path, 'protocol'], ...(protocol ? [] : [path]))}
          onChange={(next) => next && draft.set(path, withProtocol(server, next))}
        />
        {protocol && (
          <>
            <div className={classes.fields}>
              <AddressFields protocol={protocol} path={path} />
            </div>
            {protocol !== 'telnet' && <ControlFields path={path} />}
            <ServerLimits protocol={protocol} path={path} />
          </>
        )}
      </Stack>
    </Card>
  );
}
