import { ActionIcon, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconCheck, IconCopy, IconCopyX } from '@tabler/icons-react';
import { useEffect } from 'react';
import { texts } from '../texts/texts.js';
import { copyText } from '../util/clipboard.js';
import { useSaid } from './use-said.js';

const ICON = { ready: IconCopy, copied: IconCheck, refused: IconCopyX };

interface Props {
  text: string;
  label: string;
  /** Where a dialog begins. */
  'data-autofocus'?: boolean;
}

export function Copy({ text, label, ...first }: Props) {
  const [outcome, tell] = useSaid<'copied' | 'refused'>();
  // A tooltip that is kept open would lie over what is opened next.
  useEffect(() => {
    if (outcome === undefined) return undefined;
    const leave = () => tell(undefined);
    document.addEventListener('focusin', leave);
    return () => document.removeEventListener('focusin', leave);
  });
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
