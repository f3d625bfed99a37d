import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { texts } from '../texts/texts.js';
import { fromHex } from './hex.js';
import { ENTER, type Enter, usePreferences } from './preferences.js';

interface Props {
  /** @returns whether it was sent */
  send: (bytes: Uint8Array<ArrayBuffer>) => boolean;
  ready: boolean;
}

/** Text or hex to send; text with what Enter sends behind it. */
export function SendBar({ send, ready }: Props) {
  const [mode, setMode] = useState<'text' | 'hex'>('text');
  const [input, setInput] = useState('');
  const [trouble, setTrouble] = useState('');
  const [{ enter }] = usePreferences();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const bytes = mode === 'hex' ? fromHex(input) : new TextEncoder().encode(input + lineEnd(enter));
    if (!bytes) return setTrouble(texts.terminal.hexInvalid);
    setTrouble('');
    if (send(bytes)) setInput('');
    return undefined;
  };
  return (
    <form onSubmit={submit} style={{ display: 'flex', gap: 8, flex: '1 1 320px', alignItems: 'start' }}>
      <SegmentedControl
        size="sm"
        aria-label={texts.terminal.input}
        value={mode}
        onChange={setMode}
        data={[
          { value: 'text', label: texts.terminal.inputText },
          { value: 'hex', label: texts.terminal.inputHex },
        ]}
      />
      <TextInput
        flex={1}
        size="sm"
        ff="monospace"
        aria-label={texts.terminal.input}
        placeholder={
          mode === 'hex' ? texts.terminal.inputPlaceholderHex : texts.terminal.inputPlaceholderText
        }
        value={input}
        error={trouble}
        onChange={(event) => setInput(event.currentTarget.value)}
      />
      <Button type="submit" size="sm" disabled={!ready}>
        {texts.terminal.inputSend}
      </Button>
    </form>
  );
}

const lineEnd = (enter: Enter) => ENTER[enter];
