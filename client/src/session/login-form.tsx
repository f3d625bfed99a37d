import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { type ChangeEvent, type FormEvent, useState, useSyncExternalStore } from 'react';
import { getSignals, login as begin } from '../api/index.js';
import { ask, sentence } from '../rest.js';
import { texts } from '../texts/texts.js';
import { session } from './session.js';

/** Login and password for a session, or an API token as it is. */
export function LoginForm({ onDone }: { onDone?: () => void }) {
  const now = useSyncExternalStore(session.subscribe, session.now);
  const hasEnded = now.state === 'wanted' && now.after === 'session';
  const [byToken, setByToken] = useState(false);
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const [values, setValues] = useState({ login: '', password: '', token: '' });
  const field = (name: keyof typeof values) => ({
    value: values[name],
    onChange: ({ currentTarget }: ChangeEvent<HTMLInputElement>) =>
      setValues((before) => ({ ...before, [name]: currentTarget.value })),
  });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { login, password, token } = values;
    setBusy(true);
    setTrouble('');
    try {
      if (byToken) await tryToken(token.trim());
      else session.begin((await ask(begin({ body: { login, password } }))).body.token, login);
      onDone?.();
    } catch (error) {
      setTrouble(sentence(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        {hasEnded && !trouble && <Text size="sm">{texts.login.again}</Text>}
        {trouble && (
          <Alert color="red" role="alert">
            {trouble}
          </Alert>
        )}
        {byToken ? (
          <PasswordInput
            key="token"
            label={texts.login.token}
            data-autofocus
            required
            autoComplete="off"
            {...field('token')}
          />
        ) : (
          <>
            <TextInput
              label={texts.login.login}
              data-autofocus
              required
              autoComplete="username"
              {...field('login')}
            />
            <PasswordInput
              label={texts.login.password}
              required
              autoComplete="current-password"
              {...field('password')}
            />
          </>
        )}
        <Button type="submit" loading={busy}>
          {texts.login.submit}
        </Button>
        <Anchor component="button" type="button" size="sm" onClick={() => setByToken(!byToken)}>
          {byToken ? texts.login.useLogin : texts.login.useToken}
        </Anchor>
      </Stack>
    </form>
  );
}

/** @throws RestError when the server does not know it */
async function tryToken(token: string): Promise<void> {
  await ask(getSignals({ auth: token }));
  session.begin(token);
}
