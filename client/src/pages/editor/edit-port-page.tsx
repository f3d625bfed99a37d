import { Anchor, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { PageHead } from '../../components/page-head.js';
import classes from '../../editor/editor.module.css';
import { ConflictDialog, type Versions } from '../../editor/conflict.js';
import { withinEntry } from '../../editor/issues.js';
import type { JsonObject } from '../../editor/json.js';
import { SAVED } from '../../editor/use-leave-guard.js';
import type { Issue } from '../../api/index.js';
import { readEntry, writeEntry } from '../../ports/requests.js';
import { RestError, sentence } from '../../rest.js';
import { texts } from '../../texts/texts.js';
import { EditorForm } from './editor-form.js';

const t = texts.editor;
const CHANGED_MEANWHILE = new Set([409, 412]);

export default function EditPortPage() {
  const { port = '' } = useParams();
  const queries = useQueryClient();
  // Read once: what somebody else saves meanwhile must not take away what is being edited here.
  const entry = useQuery({
    queryKey: ['port', port],
    queryFn: ({ signal }) => readEntry(port, signal),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnReconnect: false,
  });
  const navigate = useNavigate();
  const [issues, setIssues] = useState<readonly Issue[]>([]);
  const [busy, setBusy] = useState(false);
  const [versions, setVersions] = useState<Versions>();
  const [start, setStart] = useState<JsonObject>();

  if (entry.isPending) return <Skeleton height={400} />;
  if (entry.isError)
    return (
      <Stack align="center" mt="xl">
        <Text>
          {entry.error instanceof RestError && entry.error.status === 404
            ? t.notFound
            : sentence(entry.error)}
        </Text>
        <Anchor component={Link} to="/">
          {texts.notFound.back}
        </Anchor>
      </Stack>
    );
  const { body: original, etag } = entry.data;
  const name =
    typeof original['name'] === 'string' && original['name']
      ? original['name']
      : texts.ports.unnamed(Number(port));

  const save = async (mine: JsonObject) => {
    setBusy(true);
    try {
      await writeEntry(port, mine, etag);
      notifications.show({ message: t.savedPort(name), color: 'teal' });
      await navigate('/', { state: SAVED });
    } catch (error) {
      if (error instanceof RestError && CHANGED_MEANWHILE.has(error.status)) await compare(mine);
      else setIssues(issuesOf(error));
      window.scrollTo({ top: 0 });
    } finally {
      setBusy(false);
    }
  };
  const compare = async (mine: JsonObject) => {
    const theirs = await readEntry(port).catch(() => undefined);
    if (theirs) setVersions({ original, mine, theirs: theirs.body });
    else setIssues([{ path: '', message: texts.conflict.gone }]);
  };
  const resolve = async (value: JsonObject) => {
    await queries.refetchQueries({ queryKey: ['port', port] });
    setStart(value);
    setVersions(undefined);
  };

  return (
    <div className={classes.page}>
      <PageHead title={t.editTitle(name)} />
      <EditorForm
        key={`${etag ?? ''} ${JSON.stringify(start)}`}
        original={original}
        start={start}
        issues={issues}
        busy={busy}
        onSave={(value) => void save(value)}
        onCancel={() => void navigate('/')}
      />
      <ConflictDialog
        versions={versions}
        onClose={() => setVersions(undefined)}
        onResolved={(value) => void resolve(value)}
      />
    </div>
  );
}

export function issuesOf(error: unknown): Issue[] {
  const issues = error instanceof RestError ? withinEntry(error.issues) : [];
  return issues.length > 0 ? issues : [{ path: '', message: sentence(error) }];
}
