import { Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { texts } from '../texts/texts.js';
import { fromHex } from './hex.js';
import { APPEND, type Append, usePreferences } from './preferences.js';
import classes from './terminal.module.css';

interface Props {
  /** @returns whether it was sent */
  send: (bytes: Uint8Array<ArrayBuffer>) => boolean;
  ready: boolean;
}

const APPENDED = (Object.keys(APPEND) as Append[]).map((value) => ({
  value,
  label: texts.terminal.appended[value],
}));

/** Text or hex to send; text with a line end behind it. */
export function SendBar({ send, ready }: Props) {
  const [mode, setMode] = useState<'text' | 'hex'>('text');
  const [input, setInput] = useState('');
  const [trouble, setTrouble] = useState('');
  const [{ append }, change] = usePreferences();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const bytes = mode === 'hex' ? fromHex(input) : new TextEncoder().encode(input + APPEND[append]);
    if (!bytes) return setTrouble(texts.terminal.hexInvalid);
    setTrouble('');
    if (send(bytes)) setInput('');
    return undefined;
  };
  return (
    <form onSubmit={submit} className={classes.sendBar}>
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
      <Select
        size="sm"
        w={118}
        aria-label={texts.terminal.append}
        data={APPENDED}
        value={append}
        allowDeselect={false}
        disabled={mode === 'hex'}
        onChange={(value) => value && change({ append: value })}
      />
      <span className={classes.sendText}>
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
      </span>
    </form>
  );
}
