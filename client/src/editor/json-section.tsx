import { Button, Textarea } from '@mantine/core';
import type { Ref } from 'react';
import { texts } from '../texts/texts.js';
import { useDraftContext } from './draft.js';
import type { JsonObject } from './json.js';
import { Section } from './section.js';

const t = texts.editor;

interface Props {
  /** What is being typed; undefined while it is what the form has. */
  text: string | undefined;
  setText: (text: string | undefined) => void;
  ref: Ref<HTMLTextAreaElement>;
}

/** The whole entry as text, for what the form does not show. */
export function JsonSection({ text, setText, ref }: Props) {
  const draft = useDraftContext();
  const invalid = isInvalid(text);
  const change = (typed: string) => {
    const value = objectOf(typed);
    setText(typed);
    if (value) draft.replace(value);
  };
  return (
    <Section title={t.sections.json}>
      <Textarea
        ref={ref}
        aria-label={t.sections.json}
        description={t.jsonHint}
        autosize
        minRows={4}
        maxRows={24}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } }}
        value={text ?? JSON.stringify(draft.value, undefined, 2)}
        error={invalid && t.jsonInvalid}
        onChange={(event) => change(event.currentTarget.value)}
        onBlur={() => invalid || setText(undefined)}
      />
      {invalid && (
        <Button variant="default" onClick={() => setText(undefined)} style={{ alignSelf: 'start' }}>
          {t.jsonDrop}
        </Button>
      )}
    </Section>
  );
}

/** Whether it is no entry as it stands: nothing else may be changed then, nor anything saved, for it would be without this. */
export const isInvalid = (text: string | undefined): boolean => text !== undefined && !objectOf(text);

function objectOf(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}
