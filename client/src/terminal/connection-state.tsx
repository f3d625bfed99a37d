import { Button, Group, PasswordInput, Text } from '@mantine/core';
import { useState } from 'react';
import type { PortStatus } from '../api/index.js';
import { type Condition, conditionOf } from '../ports/condition.js';
import { texts } from '../texts/texts.js';
import type { SocketState } from './socket.js';
import type { Kind } from './use-terminal-socket.js';
import classes from './terminal.module.css';

/** What is worth trying again: as long as the device is not to be had, that is what there is to say. */
const TRIED = new Set<SocketState['state']>(['connecting', 'waiting']);
const TO_BE_HAD = new Set<Condition>(['open', 'idle']);

/** A lamp and a word, always in the same place. */
export function ConnectionState({
  state: { state },
  port,
}: {
  state: SocketState;
  port: PortStatus | undefined;
}) {
  const condition = port ? conditionOf(port) : 'idle';
  const lacking = TRIED.has(state) && !TO_BE_HAD.has(condition);
  return (
    <span className={classes.state} data-state={lacking ? 'waiting' : state} role="status">
      {lacking ? texts.ports.state[condition] : texts.terminal.state[state]}
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
