import { Button, Group, PasswordInput, Text } from '@mantine/core';
import { useState } from 'react';
import { texts } from '../texts/texts.js';
import type { SocketState } from './socket.js';
import type { Kind } from './use-terminal-socket.js';
import classes from './terminal.module.css';

/** A lamp and a word, always in the same place. */
export function ConnectionState({ state }: { state: SocketState }) {
  return (
    <span className={classes.state} data-state={state.state} role="status">
      {texts.terminal.state[state.state]}
    </span>
  );
}

interface Props {
  state: SocketState;
  kind: Kind;
  name: string;
  onToken: (token: string) => void;
}

/** Why there is no connection, and what to do about it. It lies over the terminal, which stays as it was. */
export function ConnectionTrouble({ state, kind, name, onToken }: Props) {
  const why = whyOf(state, kind, name);
  if (!why) return null;
  return (
    <div className={classes.trouble} role="alert">
      <Text size="sm">{why}</Text>
      {state.state === 'refused' && state.why === 'other' && <OwnToken onToken={onToken} />}
    </div>
  );
}

function whyOf(state: SocketState, kind: Kind, name: string): string {
  if (state.state === 'waiting') return state.why && texts.terminal.ended(state.why);
  if (state.state !== 'refused' || state.why === 'login') return '';
  if (state.why === 'other') return texts.terminal.refused;
  return kind === 'monitor' ? texts.terminal.unknownPort(name) : texts.terminal.unknownEndpoint(name);
}

function OwnToken({ onToken }: { onToken: (token: string) => void }) {
  const [token, setToken] = useState('');
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    onToken(token);
  };
  return (
    <form onSubmit={submit}>
      <Group align="end" mt="xs">
        <PasswordInput
          label={texts.terminal.tokenLabel}
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          required
          autoComplete="off"
          w={260}
        />
        <Button type="submit">{texts.terminal.tokenUse}</Button>
      </Group>
    </form>
  );
}
