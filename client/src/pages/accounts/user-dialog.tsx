import { NumberInput, PasswordInput, Switch, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { FormDialog } from '../../components/form-dialog.js';
import { addUser, changeUser } from '../../api/index.js';
import type { UserView } from '../../api/index.js';
import { ask } from '../../rest.js';
import { session } from '../../session/session.js';
import { texts } from '../../texts/texts.js';

const t = texts.users;

interface Props {
  user: UserView | undefined;
  /** Nobody has an account yet: whoever is added is the administrator, and logged in at once. */
  first: boolean;
  /** @param said what came of it */
  onDone: (said: string) => void;
  onClose: () => void;
}

export function UserDialog({ user, first, onDone, onClose }: Props) {
  const [login, setLogin] = useState(user?.login ?? '');
  const [password, setPassword] = useState('');
  const [admin, setAdmin] = useState(user?.admin ?? first);
  const [timeout, setTimeout] = useState<number | string>(user?.session_timeout ?? '');
  const submit = async () => {
    const session_timeout = timeout === '' ? null : Number(timeout);
    if (user) {
      // Only what was changed here: somebody else may change the rest.
      const body = {
        ...(admin !== user.admin && { admin }),
        ...(session_timeout !== (user.session_timeout ?? null) && { session_timeout }),
        ...(password && { password }),
      };
      await ask(changeUser({ path: { login: user.login }, body }));
    } else {
      const body = { login, password, admin, ...(session_timeout !== null && { session_timeout }) };
      const { token } = (await ask(addUser({ body }))).body;
      if (token) session.begin(token, login);
    }
    onDone(user ? t.saved(login) : t.added(login));
  };
  return (
    <FormDialog title={user ? t.editTitle(user.login) : t.add} onClose={onClose} onSubmit={submit}>
      {first && <Text size="sm">{t.firstText}</Text>}
      {!user && (
        <TextInput
          label={t.login}
          required
          data-autofocus
          autoComplete="off"
          value={login}
          onChange={(event) => setLogin(event.currentTarget.value)}
        />
      )}
      <PasswordInput
        label={user ? t.newPassword : t.password}
        description={user && t.newPasswordHint}
        required={!user}
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Switch
        label={texts.accounts.isAdmin}
        description={texts.accounts.isAdminHint}
        disabled={first}
        checked={admin}
        onChange={(event) => setAdmin(event.currentTarget.checked)}
      />
      <NumberInput
        label={t.timeout}
        description={t.timeoutHint}
        placeholder={t.timeoutGlobal}
        suffix={` ${texts.editor.seconds}`}
        min={0}
        value={timeout}
        onChange={setTimeout}
      />
    </FormDialog>
  );
}
