import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { PageHead } from '../../components/page-head.js';
import classes from '../../editor/editor.module.css';
import type { Follow } from '../../editor/draft.js';
import type { JsonObject } from '../../editor/json.js';
import { duplicate, nameEndpoint, namePort, newPort } from '../../editor/new-port.js';
import { SAVED } from '../../editor/use-leave-guard.js';
import { useSnapshot } from '../../live/live.js';
import type { Snapshot } from '../../live/model.js';
import type { Issue } from '../../api/index.js';
import { labelOfEntry } from '../../ports/label.js';
import { addEntry, readEntry } from '../../ports/requests.js';
import { texts } from '../../texts/texts.js';
import { tellAdded } from './tell-added.js';
import { issuesOf } from './edit-port.js';
import { EditorForm } from './editor-form.js';

const t = texts.editor;

/** A port from nothing, from a detected device (`?device=`), or from another port (`?from=`). */
export default function NewPortPage() {
  const [query] = useSearchParams();
  const snapshot = useSnapshot();
  const from = query.get('from');
  const model = useQuery({
    queryKey: ['port', from],
    queryFn: ({ signal }) => readEntry(from ?? '', signal),
    enabled: from !== null,
    gcTime: 0,
  });
  if (snapshot && !snapshot.admin) return <Text>{t.adminsOnly}</Text>;
  if (!snapshot || (from !== null && model.isPending)) return <Skeleton height={400} />;
  return <NewPort snapshot={snapshot} device={query.get('device')} model={model.data?.body} />;
}

interface Props {
  snapshot: Snapshot;
  device: string | null;
  model: JsonObject | undefined;
}

function NewPort({ snapshot, device, model }: Props) {
  const navigate = useNavigate();
  const [original] = useState(() =>
    model
      ? duplicate(model, snapshot.ports)
      : newPort(
          snapshot.ports,
          snapshot.detected.find((one) => one.device === device),
        ),
  );
  const { ports, detected } = snapshot;
  const follow = useCallback<Follow>(
    (before, after) => nameEndpoint(before, namePort(before, after, detected), ports),
    [ports, detected],
  );
  const [issues, setIssues] = useState<readonly Issue[]>([]);
  const [busy, setBusy] = useState(false);
  const save = async (value: JsonObject) => {
    setBusy(true);
    try {
      await addEntry(value);
      tellAdded(labelOfEntry(value, ports.length), value, (path) => void navigate(path));
      await navigate('/', { state: SAVED });
    } catch (error) {
      setIssues(issuesOf(error, value, ports));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={classes.page}>
      <PageHead title={t.addTitle} />
      <EditorForm
        original={original}
        issues={issues}
        follow={follow}
        busy={busy}
        onSave={(value) => void save(value)}
        onCancel={() => void navigate('/')}
      />
    </div>
  );
}
