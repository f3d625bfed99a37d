import { Modal } from '@mantine/core';
import { type ReactNode, useSyncExternalStore } from 'react';
import { texts } from '../texts/texts.js';
import { LoginForm } from './login-form.js';
import { session } from './session.js';

/** The page, and over it the login whenever the server wants one: what was under way is still there afterwards. */
export function SessionGate({ children }: { children: ReactNode }) {
  const wanted = useSyncExternalStore(session.subscribe, session.wanted);
  return (
    <>
      {children}
      <Modal
        opened={wanted}
        onClose={() => {}}
        withCloseButton={false}
        closeOnEscape={false}
        closeOnClickOutside={false}
        title={texts.login.title}
        overlayProps={{ backgroundOpacity: 0.6, blur: 6 }}
        transitionProps={{ duration: 0 }}
      >
        <LoginForm />
      </Modal>
    </>
  );
}
