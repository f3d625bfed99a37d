import { Alert, Stack, Switch } from '@mantine/core';
import { useState } from 'react';
import { FormDialog } from '../../components/form-dialog.js';
import { TlsFields } from '../../editor/address-fields.js';
import { DraftProvider, useDraft } from '../../editor/draft.js';
import { ListField, NumberField, TextField } from '../../editor/fields.js';
import { withinEntry } from '../../editor/issues.js';
import type { JsonObject } from '../../editor/json.js';
import { addHttpServer, changeHttpServer } from '../../api/index.js';
import type { Http, HttpView, Issue } from '../../api/index.js';
import { ask, ifStill, RestError } from '../../rest.js';
import { texts } from '../../texts/texts.js';

const t = texts.settings;

interface Props {
  entry: HttpView | undefined;
  index: number | undefined;
  etag: string | undefined;
  onDone: () => void;
  onClose: () => void;
}

/** An http server of its own: address, TLS, who may come, and the proxy before it. */
export function HttpDialog({ entry, index, etag, onDone, onClose }: Props) {
  const [issues, setIssues] = useState<readonly Issue[]>([]);
  const [original] = useState(() => written(entry));
  const draft = useDraft(original, issues);
  const secure = draft.get(['ssl']) !== undefined;
  const submit = async () => {
    try {
      // The server judges what was written into the form.
      const body = draft.value as unknown as Http;
      if (index === undefined) await ask(addHttpServer({ body }));
      else await ask(changeHttpServer({ path: { index: String(index) }, headers: ifStill(etag), body }));
      onDone();
    } catch (error) {
      if (error instanceof RestError) setIssues(withinEntry(error.issues));
      if (error instanceof RestError && error.status === 412)
        throw new Error(texts.conflict.short, { cause: error });
      throw error;
    }
  };
  return (
    <FormDialog title={entry ? t.editHttp : t.addHttp} onClose={onClose} onSubmit={submit} size="lg">
      <DraftProvider draft={draft}>
        <Stack>
          <TextField path={['name']} label={t.name} />
          <TextField
            path={['address']}
            label={t.address}
            hint={t.addressHint}
            placeholder="127.0.0.1"
            suggestions={['127.0.0.1', '0.0.0.0', '::']}
          />
          <NumberField path={['port']} label={t.port} required />
          <Switch
            label={t.secure}
            checked={secure}
            onChange={() => draft.set(['ssl'], secure ? undefined : { certfile: '', keyfile: '' })}
          />
          {secure && <TlsFields path={['ssl']} />}
          <ListField
            path={['allow']}
            label={texts.editor.allow}
            hint={texts.editor.networkHint}
            placeholder={texts.editor.everybody}
          />
          <ListField
            path={['deny']}
            label={texts.editor.deny}
            hint={texts.editor.networkHint}
            placeholder={texts.editor.nobody}
          />
          <ListField path={['trusted_proxies']} label={t.proxies} hint={t.proxiesHint} />
          <TextField path={['base_path']} label={t.basePath} hint={t.basePathHint} placeholder="/" />
          <ListField path={['cors']} label={t.cors} hint={t.corsHint} />
          <ListField path={['hosts']} label={t.hosts} hint={t.hostsHint} />
          {index !== undefined && <Alert color="gray">{t.editNote}</Alert>}
        </Stack>
      </DraftProvider>
    </FormDialog>
  );
}

/** Without what the server adds. */
function written(entry: HttpView | undefined): JsonObject {
  if (!entry) return { address: '127.0.0.1', port: 8080 };
  const { listening: _listening, error: _error, ...rest } = entry;
  return rest as object as JsonObject;
}
