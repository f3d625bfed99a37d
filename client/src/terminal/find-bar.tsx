import { TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { texts } from '../texts/texts.js';
import { Tool } from './tool.js';

interface Props {
  /** @returns whether there is such a text */
  find: (text: string, back: boolean) => boolean;
  onClose: () => void;
}

export function FindBar({ find, onClose }: Props) {
  const [text, setText] = useState('');
  const [found, setFound] = useState(true);
  const look = (wanted: string, back: boolean) => setFound(find(wanted, back));
  const close = () => {
    find('', false);
    onClose();
  };
  return (
    <search style={{ display: 'flex', gap: 2, alignItems: 'center' }}>
      <TextInput
        size="xs"
        w={180}
        aria-label={texts.terminal.find}
        placeholder={texts.terminal.find}
        autoFocus
        value={text}
        error={!found && texts.terminal.noMatch}
        styles={{ root: { display: 'flex', alignItems: 'center', gap: 6 } }}
        onChange={(event) => {
          setText(event.currentTarget.value);
          look(event.currentTarget.value, false);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') look(text, event.shiftKey);
          if (event.key === 'Escape') close();
        }}
      />
      <Tool icon={IconChevronUp} label={texts.terminal.findPrevious} onClick={() => look(text, true)} />
      <Tool icon={IconChevronDown} label={texts.terminal.findNext} onClick={() => look(text, false)} />
      <Tool icon={IconX} label={texts.common.close} onClick={close} />
    </search>
  );
}
