import { ActionIcon, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconCopy, IconCopyX } from '@tabler/icons-react';
import { useState } from 'react';
import { texts } from '../texts/texts.js';
import { copyText } from '../util/clipboard.js';

/** How long it says what came of it. */
const SAID_MS = 3000;
const ICON = { ready: IconCopy, copied: IconCheck, refused: IconCopyX };

interface Props {
  text: string;
  label: string;
  /** Where a dialog begins. */
  'data-autofocus'?: boolean;
}

export function Copy({ text, label, ...first }: Props) {
  const [state, setState] = useState<keyof typeof ICON>('ready');
  const copy = async () => {
    setState((await copyText(text)) ? 'copied' : 'refused');
    setTimeout(() => setState('ready'), SAID_MS);
  };
  const Icon = ICON[state];
  const said = state === 'ready' ? '' : texts.common[state];
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
