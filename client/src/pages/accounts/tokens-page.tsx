import { Code, Table } from '@mantine/core';
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
        row={(token) => (
          <Table.Tr key={token.id}>
            <Table.Td fw={600}>{token.name}</Table.Td>
            <Table.Td>
              <Role admin={token.admin} />
            </Table.Td>
            <Table.Td>
              <Code style={{ whiteSpace: 'nowrap' }}>{token.token}</Code>
            </Table.Td>
            <Table.Td>{token.last_used ? moment(token.last_used) : t.neverUsed}</Table.Td>
            <Table.Td>{token.expires ? moment(token.expires) : t.neverExpires}</Table.Td>
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
      <NewTokenShown token={made} onClose={() => setMade(undefined)} />
    </>
  );
}
