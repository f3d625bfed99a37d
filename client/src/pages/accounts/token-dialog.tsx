import { Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { FormDialog } from '../../components/form-dialog.js';
import { addToken, changeToken } from '../../api/index.js';
import type { TokenView } from '../../api/index.js';
import { ask } from '../../rest.js';
import { texts } from '../../texts/texts.js';

const t = texts.tokens;

interface Props {
  token: TokenView | undefined;
  /** @param made the token itself, which is seen this once */
  onDone: (made: string | undefined) => void;
  onClose: () => void;
}

export function TokenDialog({ token, onDone, onClose }: Props) {
  const [name, setName] = useState(token?.name ?? '');
  const [admin, setAdmin] = useState(token?.admin ?? false);
  const [end, setEnd] = useState(localTime(token?.expires));
  const submit = async () => {
    const expires = end ? new Date(end).toISOString() : undefined;
    if (token) {
      // Only what was changed here: somebody else may change the rest.
      const body = {
        ...(name !== token.name && { name }),
        ...(admin !== token.admin && { admin }),
        ...(end !== localTime(token.expires) && { expires: expires ?? null }),
      };
      await ask(changeToken({ path: { token: token.id }, body }));
      onDone(undefined);
    } else {
      const answer = await ask(addToken({ body: { name, admin, ...(expires && { expires }) } }));
      onDone(answer.body.token);
    }
  };
  return (
    <FormDialog title={token ? t.editTitle(token.name) : t.add} onClose={onClose} onSubmit={submit}>
      <TextInput
        label={t.name}
        description={t.nameHint}
        required
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Switch
        label={texts.accounts.isAdmin}
        description={texts.accounts.isAdminHint}
        checked={admin}
        onChange={(event) => setAdmin(event.currentTarget.checked)}
      />
      <TextInput
        type="datetime-local"
        label={t.expires}
        description={t.expiresHint}
        value={end}
        onChange={(event) => setEnd(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

/** As such a field takes it: `2026-03-01T14:03`, in the browser's zone. */
function localTime(iso: string | undefined): string {
  if (!iso) return '';
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
