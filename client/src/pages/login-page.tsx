import { Card, Text, Title } from '@mantine/core';
import { Navigate, useNavigate } from 'react-router';
import { useSyncExternalStore } from 'react';
import { LoginForm } from '../session/login-form.js';
import { useSnapshot } from '../live/live.js';
import { session } from '../session/session.js';
import { texts } from '../texts/texts.js';

/** The login as a page of its own. Where the server wants one at once, the gate has it already. */
export function LoginPage() {
  const navigate = useNavigate();
  const token = useSyncExternalStore(session.subscribe, session.token);
  const wanted = useSyncExternalStore(session.subscribe, session.wanted);
  // Who gets the status without a token needs none.
  const open = useSnapshot() !== undefined && !token;
  if (token) return <Navigate to="/" replace />;
  return (
    <Card maw={420} mx="auto" mt="xl">
      <Title order={1} size="h3" mb="md">
        {texts.login.title}
      </Title>
      {open && <Text mb="md">{texts.login.noAccounts}</Text>}
      {!wanted && !open && <LoginForm onDone={() => void navigate('/')} />}
    </Card>
  );
}
