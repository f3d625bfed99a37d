import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import classes from './form-dialog.module.css';
import { sentence } from '../rest.js';
import { texts } from '../texts/texts.js';

interface Props {
  title: string;
  onClose: () => void;
  /** @throws what the dialog then shows, and stays open */
  onSubmit: () => Promise<void>;
  children: ReactNode;
  size?: string;
}

/** A form over the page; it closes when what it asks for is done. */
export function FormDialog({ title, onClose, onSubmit, children, size = 'md' }: Props) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setTrouble('');
    try {
      await onSubmit();
    } catch (error) {
      setTrouble(sentence(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={title} size={size}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          {trouble && (
            <Alert color="red" role="alert" style={{ whiteSpace: 'pre-line' }}>
              {trouble}
            </Alert>
          )}
          {children}
          <Group justify="flex-end" className={classes.foot}>
            <Button variant="default" onClick={onClose}>
              {texts.common.cancel}
            </Button>
            <Button type="submit" loading={busy}>
              {texts.common.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
