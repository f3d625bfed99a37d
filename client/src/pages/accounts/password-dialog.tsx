import { PasswordInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { FormDialog } from '../../components/form-dialog.js';
import { changeUser, login as begin } from '../../api/index.js';
import { ask } from '../../rest.js';
import { session } from '../../session/session.js';
import { texts } from '../../texts/texts.js';

const t = texts.users;

/** The password of who is logged in. It ends all of his sessions, so this one is begun anew. */
export default function PasswordDialog({ login, onClose }: { login: string; onClose: () => void }) {
  const [password, setPassword] = useState('');
  const submit = async () => {
    await ask(changeUser({ path: { login }, body: { password } }));
    session.begin((await ask(begin({ body: { login, password } }))).body.token, login);
    notifications.show({ message: t.passwordChanged, color: 'teal' });
    onClose();
  };
  return (
    <FormDialog title={texts.nav.changePassword} onClose={onClose} onSubmit={submit}>
      <PasswordInput
        label={t.newPassword}
        description={t.ownPasswordHint}
        required
        data-autofocus
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
