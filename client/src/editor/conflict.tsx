import { Button, Code, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { texts } from '../texts/texts.js';
import { type Change, changesOf, type JsonObject, pathText, replay } from './json.js';

const t = texts.conflict;

export interface Versions {
  original: JsonObject;
  mine: JsonObject;
  theirs: JsonObject;
}

interface Props {
  versions: Versions | undefined;
  onClose: () => void;
  /** Go on from their version, with this as the edited one. */
  onResolved: (value: JsonObject) => void;
}

/** Two edited the same thing: what each changed, and how to go on. */
export function ConflictDialog({ versions, onClose, onResolved }: Props) {
  return (
    <Modal opened={versions !== undefined} onClose={onClose} title={t.title} size="xl">
      {versions && (
        <Stack>
          <Text size="sm">{t.text}</Text>
          <Changes title={t.theirs} changes={changesOf(versions.original, versions.theirs)} />
          <Changes title={t.mine} changes={changesOf(versions.original, versions.mine)} />
          <Group justify="flex-end">
            <Button variant="subtle" onClick={onClose}>
              {t.keep}
            </Button>
            <Button variant="default" onClick={() => onResolved(versions.theirs)}>
              {t.reload}
            </Button>
            <Button
              onClick={() =>
                onResolved(replay(changesOf(versions.original, versions.mine), versions.theirs) as JsonObject)
              }
            >
              {t.merge}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function Changes({ title, changes }: { title: string; changes: Change[] }) {
  const show = (value: Change['before']) => (value === undefined ? t.nothing : JSON.stringify(value));
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table captionSide="top" layout="fixed">
        <Table.Caption style={{ textAlign: 'left', fontWeight: 600 }}>{title}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.common.setting}</Table.Th>
            <Table.Th>{t.before}</Table.Th>
            <Table.Th>{t.now}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map(({ path, before, after }) => (
            <Table.Tr key={pathText(path)}>
              <Table.Td>{pathText(path)}</Table.Td>
              <Table.Td>
                <Code>{show(before)}</Code>
              </Table.Td>
              <Table.Td>
                <Code>{show(after)}</Code>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
