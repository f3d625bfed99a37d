import { Alert, Button, Code, Group, Modal, Stack } from '@mantine/core';
import { Copy } from '../../components/copy.js';
import { texts } from '../../texts/texts.js';

const t = texts.tokens;

interface Props {
  token: string | undefined;
  onStored: () => void;
}

/** The only time that a token is to be seen: nothing but the word that it is kept takes it away. */
export function NewTokenShown({ token, onStored }: Props) {
  return (
    <Modal
      opened={token !== undefined}
      onClose={() => {}}
      title={t.made}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      size="lg"
    >
      <Stack>
        <Alert color="orange">{t.shownOnce}</Alert>
        <Group wrap="nowrap">
          <Code block flex={1} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
            {token}
          </Code>
          <Copy text={token ?? ''} label={t.copy} data-autofocus />
        </Group>
        <Group justify="flex-end">
          <Button onClick={onStored}>{t.stored}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
