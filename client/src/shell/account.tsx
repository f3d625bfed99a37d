import { Button, Menu, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { lazy, Suspense, useState, useSyncExternalStore } from 'react';
import { useSnapshot } from '../live/live.js';
import { session } from '../session/session.js';
import { texts } from '../texts/texts.js';
import classes from './shell.module.css';

const PasswordDialog = lazy(() => import('../pages/accounts/password-dialog.js'));

/** Who is logged in. Only administrators may change a password, their own included. */
export function Account() {
  const now = useSyncExternalStore(session.subscribe, session.now);
  const admin = useSnapshot()?.admin ?? false;
  const [changing, setChanging] = useState(false);
  if (now.state !== 'open') return null;
  const { login } = now;
  if (login === undefined || !admin)
    return (
      <Text size="sm" c="dimmed" className={classes.who ?? ''}>
        {login ?? texts.nav.byToken}
      </Text>
    );
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            size="compact-md"
            className={classes.who ?? ''}
            aria-label={texts.nav.account(login)}
          >
            {login}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconKey size={16} />} onClick={() => setChanging(true)}>
            {texts.nav.changePassword}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {changing && (
        <Suspense>
          <PasswordDialog login={login} onClose={() => setChanging(false)} />
        </Suspense>
      )}
    </>
  );
}
