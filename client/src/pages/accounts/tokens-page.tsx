import { Code, Table, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { confirm } from '../../components/confirm.js';
import { useAction } from '../../components/use-action.js';
import { removeToken } from '../../api/index.js';
import type { TokenView } from '../../api/index.js';
import { ask } from '../../rest.js';
import { texts } from '../../texts/texts.js';
import { moment } from '../../util/format.js';
import { useTokens } from './accounts.js';
import { ListPage } from './list-page.js';
import { NewTokenShown } from './new-token-shown.js';
import { RowActions } from './row-actions.js';
import { TokenDialog } from './token-dialog.js';
import { Role } from './users-page.js';

const t = texts.tokens;

export default function TokensPage() {
  const tokens = useTokens();
  const queries = useQueryClient();
  const { run } = useAction();
  const [dialog, setDialog] = useState<{ token?: TokenView }>();
  const [made, setMade] = useState<string>();
  const renew = () => queries.invalidateQueries({ queryKey: ['accounts'] });
  const remove = ({ id, name }: TokenView) =>
    confirm({
      title: t.removeTitle(name),
      text: t.removeText,
      confirm: texts.common.remove,
      onConfirm: () => void run(() => ask(removeToken({ path: { token: id } })), t.removed(name)).then(renew),
    });
  return (
    <>
      <ListPage
        title={t.title}
        add={t.add}
        onAdd={() => setDialog({})}
        query={tokens}
        empty={{ title: t.empty, text: t.emptyText }}
        note={texts.accounts.lastAdmin}
        columns={[t.name, t.role, t.begins, t.lastUsed, t.expires]}
        wideFrom={2}
        row={(token) => (
          <Table.Tr key={token.id}>
            <Table.Td fw={600}>
              {token.name}
              <Text size="xs" c="dimmed" hiddenFrom="sm">
                {t.lastUsed}: {lastUsed(token)}
                <br />
                {t.expires}: {expires(token)}
              </Text>
            </Table.Td>
            <Table.Td>
              <Role admin={token.admin} />
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <Code style={{ whiteSpace: 'nowrap' }}>{token.token}</Code>
            </Table.Td>
            <Table.Td visibleFrom="sm">{lastUsed(token)}</Table.Td>
            <Table.Td visibleFrom="sm">{expires(token)}</Table.Td>
            <RowActions
              name={token.name}
              onEdit={() => setDialog({ token })}
              onRemove={() => remove(token)}
            />
          </Table.Tr>
        )}
      />
      {dialog && (
        <TokenDialog
          token={dialog.token}
          onDone={(fresh) => {
            setDialog(undefined);
            setMade(fresh);
            void renew();
          }}
          onClose={() => setDialog(undefined)}
        />
      )}
      <NewTokenShown token={made} onStored={() => setMade(undefined)} />
    </>
  );
}

const lastUsed = ({ last_used }: TokenView) => (last_used ? moment(last_used) : t.neverUsed);
const expires = ({ expires }: TokenView) => (expires ? moment(expires) : t.neverExpires);
