import { ActionIcon, Tooltip } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useSyncExternalStore } from 'react';
import { logout } from '../api/index.js';
import { askToLeave } from '../editor/use-leave-guard.js';
import { ask } from '../rest.js';
import { session } from '../session/session.js';
import { texts } from '../texts/texts.js';

export function LogoutButton() {
  const token = useSyncExternalStore(session.subscribe, session.token);
  if (!token) return null;
  const leave = () => {
    // Whatever the server says: nobody is logged in here any more.
    void ask(logout()).catch(() => {});
    session.end();
  };
  return (
    <Tooltip label={texts.nav.logout}>
      <ActionIcon aria-label={texts.nav.logout} onClick={() => askToLeave(leave)}>
        <IconLogout size={20} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
