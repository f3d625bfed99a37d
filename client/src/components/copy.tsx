import { ActionIcon, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconCopy, IconCopyX } from '@tabler/icons-react';
import { useSaid } from './use-said.js';
import { texts } from '../texts/texts.js';
import { copyText } from '../util/clipboard.js';

const ICON = { ready: IconCopy, copied: IconCheck, refused: IconCopyX };

interface Props {
  text: string;
  label: string;
  /** Where a dialog begins. */
  'data-autofocus'?: boolean;
}

export function Copy({ text, label, ...first }: Props) {
  const [outcome, tell] = useSaid<'copied' | 'refused'>();
  const copy = async () => tell((await copyText(text)) ? 'copied' : 'refused');
  const Icon = ICON[outcome ?? 'ready'];
  const said = outcome ? texts.common[outcome] : '';
  return (
    <>
      <Tooltip label={said || texts.common.copy} {...(said && { opened: true })}>
        <ActionIcon size="md" aria-label={label} onClick={() => void copy()} {...first}>
          <Icon size={16} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </>
  );
}
