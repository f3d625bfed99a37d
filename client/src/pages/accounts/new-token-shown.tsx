import { Alert, Button, Code, Group, Modal, Stack } from '@mantine/core';
import { Copy } from '../../components/copy.js';
import { texts } from '../../texts/texts.js';

const t = texts.tokens;

/** The only time that a token is to be seen. */
export function NewTokenShown({ token, onClose }: { token: string | undefined; onClose: () => void }) {
  return (
    <Modal
      opened={token !== undefined}
      onClose={onClose}
      title={t.made}
      closeOnClickOutside={false}
      size="lg"
    >
      <Stack>
        <Alert color="orange">{t.shownOnce}</Alert>
        <Group wrap="nowrap">
          <Code block flex={1} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
            {token}
          </Code>
          <Copy text={token ?? ''} label={t.copy} />
        </Group>
        <Group justify="flex-end">
          <Button onClick={onClose}>{t.stored}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
