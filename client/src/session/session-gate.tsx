import { Modal } from '@mantine/core';
import { type ReactNode, useSyncExternalStore } from 'react';
import { texts } from '../texts/texts.js';
import { LoginForm } from './login-form.js';
import { session } from './session.js';

/** Above whatever a page has opened, dialogs and notifications included. */
const ABOVE_ALL = 1000;

// Dialogs of the page listen at the window too, and would close behind the login. This one is asked before all of them.
globalThis.addEventListener(
  'keydown',
  (event) => {
    if (event.key === 'Escape' && session.wanted()) event.stopImmediatePropagation();
  },
  { capture: true },
);

/** The page, and over it the login whenever the server wants one: what was under way is still there afterwards. */
export function SessionGate({ children }: { children: ReactNode }) {
  const wanted = useSyncExternalStore(session.subscribe, session.wanted);
  return (
    <>
      {children}
      <Modal
        opened={wanted}
        zIndex={ABOVE_ALL}
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
