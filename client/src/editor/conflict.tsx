import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { texts } from '../texts/texts.js';
import { Changes } from './changes.js';
import { changesOf, type JsonObject, replay } from './json.js';

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
