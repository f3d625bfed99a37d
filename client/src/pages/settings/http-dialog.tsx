import { Alert, Stack, Switch } from '@mantine/core';
import { useState } from 'react';
import { FormDialog } from '../../components/form-dialog.js';
import { TlsFields } from '../../editor/address-fields.js';
import { ConflictDialog, type Versions } from '../../editor/conflict.js';
import { DraftProvider, useDraft } from '../../editor/draft.js';
import { ListField, NumberField, TextField } from '../../editor/fields.js';
import { withinEntry } from '../../editor/issues.js';
import { type JsonObject, same } from '../../editor/json.js';
import { addHttpServer, changeHttpServer, getSettings } from '../../api/index.js';
import type { EntryWithIssues, Http, Issue } from '../../api/index.js';
import { ask, ifStill, RestError } from '../../rest.js';
import { texts } from '../../texts/texts.js';
import type { HttpEntry } from './http-card.js';

const t = texts.settings;

interface Props {
  entry: HttpEntry | undefined;
  index: number | undefined;
  etag: string | undefined;
  onDone: () => void;
  onClose: () => void;
}

/** An http server of its own: address, TLS, who may come, and the proxy before it. */
export function HttpDialog({ entry, index, etag, onDone, onClose }: Props) {
  const [issues, setIssues] = useState<readonly Issue[]>([]);
  const [base, setBase] = useState(() => ({ original: written(entry), index, etag }));
  const [versions, setVersions] = useState<Versions & { next: typeof base }>();
  const { original } = base;
  const draft = useDraft(original, issues);
  const secure = draft.get(['ssl']) !== undefined;
  // The server judges what was written into the form.
  const body = draft.value as unknown as Http;
  const save = async (at: typeof base) => {
    const path = { index: String(at.index) };
    await ask(changeHttpServer({ path, headers: ifStill(at.etag), body }));
    onDone();
  };
  /** Somebody changed the settings: where this entry is as it was, nobody is in the way of this change. */
  const afterAnother = async () => {
    const now = await ask(getSettings());
    const entries = now.body.http.map(written);
    const kept = entries.findIndex((one) => same(one, original));
    const at = kept >= 0 ? kept : (index ?? 0);
    const theirs = entries[at];
    if (!theirs) throw new Error(texts.conflict.gone);
    const next = { original: theirs, index: at, etag: now.etag };
    if (kept >= 0) await save(next);
    else setVersions({ original, mine: draft.value, theirs, next });
  };
  const submit = async () => {
    try {
      if (index !== undefined) return await save(base);
      await ask(addHttpServer({ body }));
      return onDone();
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      if (error.status === 412) return afterAnother();
      setIssues(withinEntry(error.issues));
      throw error;
    }
  };
  const resolve = (value: JsonObject) => {
    if (versions) setBase(versions.next);
    draft.replace(value);
    setVersions(undefined);
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
          {index !== undefined && <Alert color="orange">{t.editNote}</Alert>}
        </Stack>
      </DraftProvider>
      <ConflictDialog versions={versions} onClose={() => setVersions(undefined)} onResolved={resolve} />
    </FormDialog>
  );
}

/** Without what the server adds. */
function written(entry: HttpEntry | undefined): JsonObject {
  if (!entry) return { address: '127.0.0.1', port: 8080 };
  const { listening: _listening, error: _error, issues: _issues, ...rest } = entry as EntryWithIssues;
  return rest as JsonObject;
}
