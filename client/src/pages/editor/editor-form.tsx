import { Alert, Button, List, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { DraftProvider, type Follow, useDraft } from '../../editor/draft.js';
import { DeviceSection } from '../../editor/device-section.js';
import classes from '../../editor/editor.module.css';
import { placeInWords } from '../../editor/in-words.js';
import { isInvalid, JsonSection } from '../../editor/json-section.js';
import type { JsonObject } from '../../editor/json.js';
import { LimitFields } from '../../editor/limit-fields.js';
import { LineSection } from '../../editor/line-section.js';
import { Section } from '../../editor/section.js';
import { ServersSection } from '../../editor/servers-section.js';
import { useLeaveGuard } from '../../editor/use-leave-guard.js';
import { useSnapshot } from '../../live/live.js';
import type { Issue } from '../../api/index.js';
import { texts } from '../../texts/texts.js';

const t = texts.editor;

interface Props {
  original: JsonObject;
  /** What is edited to begin with, where that is something else. */
  start?: JsonObject | undefined;
  issues: readonly Issue[];
  follow?: Follow;
  busy: boolean;
  onSave: (value: JsonObject) => void;
  onCancel: () => void;
}

export function EditorForm({ original, start, issues, follow, busy, onSave, onCancel }: Props) {
  const draft = useDraft(start ?? original, issues, follow);
  const snapshot = useSnapshot();
  /** What is typed as JSON. */
  const [text, setText] = useState<string>();
  const form = useRef<HTMLFormElement>(null);
  const textBox = useRef<HTMLTextAreaElement>(null);
  const invalid = isInvalid(text);
  const changed = draft.changed || invalid || start !== undefined;
  useLeaveGuard(changed);
  useEffect(() => {
    const first = form.current?.querySelector('input');
    // What is filled in is read first.
    if (first?.value === '') first.focus();
  }, []);
  useEffect(() => {
    if (issues.length === 0) return;
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (wrong) wrong.focus();
    else window.scrollTo({ top: 0 });
  }, [issues]);
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    if (invalid) textBox.current?.focus();
    else onSave(draft.value);
  };
  return (
    <DraftProvider draft={draft}>
      <form ref={form} onSubmit={submit} noValidate>
        <Stack>
          {draft.issues.length > 0 && <Problems issues={draft.issues} />}
          <fieldset className={classes.sections} disabled={invalid}>
            <DeviceSection detected={snapshot?.detected ?? []} />
            <LineSection />
            <ServersSection ports={snapshot?.ports ?? []} />
            <Section title={t.sections.limits}>
              <div className={classes.fields}>
                <LimitFields path={[]} label={t.maxConnectionsPort} />
              </div>
            </Section>
          </fieldset>
          <JsonSection text={text} setText={setText} ref={textBox} />
          <div className={classes.footer}>
            {changed && (
              <Text size="sm" c="dimmed" mr="auto">
                {t.unsaved}
              </Text>
            )}
            <Button variant="default" onClick={onCancel}>
              {texts.common.cancel}
            </Button>
            <Button type="submit" loading={busy}>
              {texts.common.save}
            </Button>
          </div>
        </Stack>
      </form>
    </DraftProvider>
  );
}

/** All of it once more at the top: the field may be far down, or not be there. */
function Problems({ issues }: { issues: readonly Issue[] }) {
  return (
    <Alert color="red" role="alert" title={t.problems}>
      <List size="sm">
        {issues.map(({ path, message }) => (
          <List.Item key={`${path} ${message}`}>
            {path && <b>{placeInWords(path)}: </b>}
            {message}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
