import { Button, Code, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { texts } from '../texts/texts.js';
import classes from './editor.module.css';
import { type Change, changesOf, type JsonObject, type Path, pathText, replay } from './json.js';

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
          <Changes
            title={t.mine}
            changes={changesOf(versions.original, versions.mine)}
            against={changesOf(versions.original, versions.theirs)}
          />
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

interface ChangesProps {
  title: string;
  changes: Change[];
  /** What another one changed. */
  against?: Change[];
}

function Changes({ title, changes, against = [] }: ChangesProps) {
  const clashes = ({ path }: Change) =>
    against.some((other) => within(path, other.path) || within(other.path, path));
  const show = (value: Change['before']) => (value === undefined ? t.nothing : JSON.stringify(value));
  return (
    <Table captionSide="top" layout="fixed" className={classes.changes}>
      <Table.Caption style={{ textAlign: 'left', fontWeight: 600 }}>{title}</Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{texts.common.setting}</Table.Th>
          <Table.Th>{t.before}</Table.Th>
          <Table.Th>{t.now}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {changes.map((change) => (
          <Table.Tr key={pathText(change.path)}>
            <Table.Td>
              {pathText(change.path)}
              {clashes(change) && (
                <Text size="xs" c="var(--mantine-color-error)">
                  {t.clash}
                </Text>
              )}
            </Table.Td>
            <Table.Td>
              <Code>{show(change.before)}</Code>
            </Table.Td>
            <Table.Td>
              <Code>{show(change.after)}</Code>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const within = (path: Path, outer: Path) => outer.every((key, at) => path[at] === key);
