import { Badge, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState, useSyncExternalStore } from 'react';
import { confirm } from '../../components/confirm.js';
import { useAction } from '../../components/use-action.js';
import { removeUser } from '../../api/index.js';
import type { UserView } from '../../api/index.js';
import { ask } from '../../rest.js';
import { session } from '../../session/session.js';
import { texts } from '../../texts/texts.js';
import { duration } from '../../util/format.js';
import { useTokens, useUsers } from './accounts.js';
import { ListPage } from './list-page.js';
import { RowActions } from './row-actions.js';
import { UserDialog } from './user-dialog.js';

const t = texts.users;

export default function UsersPage() {
  const users = useUsers();
  const tokens = useTokens();
  const queries = useQueryClient();
  const { run } = useAction();
  const now = useSyncExternalStore(session.subscribe, session.now);
  const me = now.state === 'open' ? now.login : undefined;
  const [dialog, setDialog] = useState<{ user?: UserView }>();
  const renew = () => queries.invalidateQueries({ queryKey: ['accounts'] });
  const first = users.data?.length === 0 && tokens.data?.length === 0;
  const remove = ({ login }: UserView) =>
    confirm({
      title: t.removeTitle(login),
      text: t.removeText,
      confirm: texts.common.remove,
      onConfirm: () => void run(() => ask(removeUser({ path: { login } })), t.removed(login)).then(renew),
    });
  return (
    <>
      <ListPage
        title={t.title}
        add={t.add}
        onAdd={() => setDialog({})}
        query={users}
        empty={{ title: t.empty, text: `${first ? t.emptyOpen : t.emptyTokens} ${t.guard}` }}
        note={`${t.guard} ${texts.accounts.lastAdmin}`}
        columns={[t.login, t.role, t.timeout]}
        wideFrom={2}
        row={(user) => (
          <Table.Tr key={user.login}>
            <Table.Td fw={600}>
              {user.login}{' '}
              {user.login === me && (
                <Text span size="sm" c="dimmed">
                  {t.you}
                </Text>
              )}
              <Text size="xs" c="dimmed" hiddenFrom="sm">
                {t.timeout}: {timeoutText(user.session_timeout)}
              </Text>
            </Table.Td>
            <Table.Td>
              <Role admin={user.admin} />
            </Table.Td>
            <Table.Td visibleFrom="sm">{timeoutText(user.session_timeout)}</Table.Td>
            <RowActions name={user.login} onEdit={() => setDialog({ user })} onRemove={() => remove(user)} />
          </Table.Tr>
        )}
      />
      {dialog && (
        <UserDialog
          user={dialog.user}
          first={first}
          onDone={(message) => {
            notifications.show({ message, color: 'teal' });
            setDialog(undefined);
            void renew();
          }}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  );
}

export function Role({ admin }: { admin: boolean }) {
  return (
    <Badge
      variant={admin ? 'light' : 'default'}
      color="signal"
      tt="none"
      radius="sm"
      style={{ minWidth: 'max-content' }}
    >
      {admin ? texts.accounts.admin : texts.accounts.user}
    </Badge>
  );
}

const timeoutText = (seconds: number | undefined) =>
  seconds === undefined ? t.timeoutGlobal : seconds === 0 ? t.timeoutNever : duration(seconds);
