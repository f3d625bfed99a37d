import { Alert, Button, Card, Skeleton, Stack, Table, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Empty } from '../../components/empty.js';
import { PageHead } from '../../components/page-head.js';
import classes from '../../editor/editor.module.css';
import { sentence } from '../../rest.js';
import { texts } from '../../texts/texts.js';

interface Props<T> {
  title: string;
  add: string;
  onAdd: () => void;
  query: UseQueryResult<T[]>;
  empty: { title: string; text: string };
  note: string;
  columns: string[];
  /** From which column on a phone has no place; what they say stands below the name there. */
  wideFrom: number;
  row: (item: T) => ReactNode;
}

/** A page that is a list to add to: users, tokens. */
export function ListPage<T>({ title, add, onAdd, query, empty, note, columns, wideFrom, row }: Props<T>) {
  // What was read before is not for somebody who may not read it now.
  const items = query.isError ? undefined : query.data;
  const button = (
    <Button leftSection={<IconPlus size={18} />} onClick={onAdd}>
      {add}
    </Button>
  );
  return (
    <div className={classes.page}>
      <PageHead title={title}>{items && items.length > 0 && button}</PageHead>
      {query.isError && (
        <Alert color="red" role="alert" mb="md">
          {sentence(query.error)}
        </Alert>
      )}
      {query.isPending && <Skeleton height={160} />}
      {items?.length === 0 && (
        <Empty title={empty.title} text={empty.text}>
          {button}
        </Empty>
      )}
      {items && items.length > 0 && (
        <Stack>
          <Card p={0}>
            <Table.ScrollContainer minWidth={0} type="native">
              <Table verticalSpacing="sm" horizontalSpacing="md">
                <Table.Thead>
                  <Table.Tr>
                    {columns.map((column, index) => (
                      <Table.Th key={column} {...(index >= wideFrom && { visibleFrom: 'sm' })}>
                        {column}
                      </Table.Th>
                    ))}
                    <Table.Th ta="right">{texts.common.actions}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>{items.map(row)}</Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </Card>
          <Text size="sm" c="dimmed">
            {note}
          </Text>
        </Stack>
      )}
    </div>
  );
}
