import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { texts } from '../texts/texts.js';
import { useDraftContext } from './draft.js';
import type { JsonObject } from './json.js';
import { Section } from './section.js';

const t = texts.editor;

/** The whole entry as text, for what the form does not show. */
export function JsonSection() {
  const draft = useDraftContext();
  /** What is being typed and is no JSON yet. */
  const [text, setText] = useState<string>();
  const change = (typed: string) => {
    const value = objectOf(typed);
    setText(typed);
    if (value) draft.replace(value);
  };
  return (
    <Section title={t.sections.json}>
      <Textarea
        aria-label={t.sections.json}
        description={t.jsonHint}
        autosize
        minRows={4}
        maxRows={24}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } }}
        value={text ?? JSON.stringify(draft.value, undefined, 2)}
        error={text !== undefined && !objectOf(text) && t.jsonInvalid}
        onChange={(event) => change(event.currentTarget.value)}
        onBlur={() => text !== undefined && objectOf(text) && setText(undefined)}
      />
    </Section>
  );
}

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
