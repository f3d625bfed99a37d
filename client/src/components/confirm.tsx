import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { texts } from '../texts/texts.js';

interface Question {
  title: string;
  text: string;
  confirm: string;
  onConfirm: () => void;
  onCancel?: () => void;
}

/** Asks before something that cannot be taken back. */
export function confirm({ title, text, confirm: label, onConfirm, onCancel }: Question): void {
  modals.openConfirmModal({
    title,
    children: <Text size="sm">{text}</Text>,
    labels: { confirm: label, cancel: texts.common.cancel },
    confirmProps: { color: 'red.9' },
    onConfirm,
    ...(onCancel && { onCancel, onClose: onCancel }),
  });
}
