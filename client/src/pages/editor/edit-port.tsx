import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { Issue, PortStatus } from '../../api/index.js';
import { confirm } from '../../components/confirm.js';
import { PageHead } from '../../components/page-head.js';
import { ConflictDialog, type Versions } from '../../editor/conflict.js';
import classes from '../../editor/editor.module.css';
import { inWords } from '../../editor/in-words.js';
import { withinEntry } from '../../editor/issues.js';
import { type JsonObject, same } from '../../editor/json.js';
import { SAVED } from '../../editor/use-leave-guard.js';
import { useSnapshot } from '../../live/live.js';
import { findEntry, type PlacedEntry } from '../../ports/find-entry.js';
import { labelOfEntry } from '../../ports/label.js';
import { addEntry, writeEntry } from '../../ports/requests.js';
import { RestError, sentence } from '../../rest.js';
import { texts } from '../../texts/texts.js';
import { EditorForm } from './editor-form.js';

const t = texts.editor;
/** Another entry is in its place, or none. */
const CHANGED_MEANWHILE = new Set([404, 412]);

/** @param first what is edited: what somebody else saves meanwhile must not take that away */
export function EditPort({ first }: { first: PlacedEntry }) {
  const navigate = useNavigate();
  const [base, setBase] = useState(first);
  const [start, setStart] = useState<JsonObject>();
  const [issues, setIssues] = useState<readonly Issue[]>([]);
  const [busy, setBusy] = useState(false);
  const [versions, setVersions] = useState<Versions & { next: PlacedEntry }>();
  const ports = useSnapshot()?.ports ?? [];
  const name = labelOfEntry(base.entry, Number(base.port));

  const attempt = async (mine: JsonObject, work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      setIssues(issuesOf(error, mine, ports));
    } finally {
      setBusy(false);
    }
  };
  const done = async (message: string) => {
    notifications.show({ message, color: 'teal' });
    await navigate('/', { state: SAVED });
  };
  const save = async (mine: JsonObject, { port, etag }: PlacedEntry): Promise<void> => {
    try {
      await writeEntry(port, mine, etag);
    } catch (error) {
      if (error instanceof RestError && CHANGED_MEANWHILE.has(error.status)) return afterAnother(mine);
      throw error;
    }
    return done(t.savedPort(name));
  };
  const afterAnother = async (mine: JsonObject) => {
    const next = await findEntry(base.entry);
    if (!next) return askToAdd(mine);
    const versions = { original: base.entry, mine, theirs: next.entry };
    // Where it has only moved, nobody is in the way of this change.
    return same(versions.original, versions.theirs) ? save(mine, next) : setVersions({ ...versions, next });
  };
  const askToAdd = (mine: JsonObject) =>
    confirm({
      title: texts.conflict.goneTitle(name),
      text: texts.conflict.goneText,
      confirm: texts.conflict.addAgain,
      onConfirm: () =>
        void attempt(mine, async () => {
          await addEntry(mine);
          await done(t.addedPort(name));
        }),
    });
  const resolve = (value: JsonObject) => {
    if (versions) setBase(versions.next);
    setStart(value);
    setVersions(undefined);
  };

  return (
    <div className={classes.page}>
      <PageHead title={t.editTitle(name)} />
      <EditorForm
        key={`${base.etag ?? ''} ${JSON.stringify(start)}`}
        original={base.entry}
        start={start}
        issues={issues}
        busy={busy}
        onSave={(value) => void attempt(value, () => save(value, base))}
        onCancel={() => void navigate('/')}
      />
      <ConflictDialog versions={versions} onClose={() => setVersions(undefined)} onResolved={resolve} />
    </div>
  );
}

/** What kept an entry from being saved. */
export function issuesOf(error: unknown, entry: JsonObject, ports: readonly PortStatus[]): Issue[] {
  const issues = error instanceof RestError ? inWords(withinEntry(error.issues), entry, ports) : [];
  return issues.length > 0 ? issues : [{ path: '', message: sentence(error) }];
}
