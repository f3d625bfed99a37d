import { TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { texts } from '../texts/texts.js';
import classes from './terminal.module.css';
import { Tool } from './tool.js';
import type { XtermScreen } from './xterm-screen.js';

interface Props {
  screen: XtermScreen;
  onClose: () => void;
}

export function FindBar({ screen, onClose }: Props) {
  const [text, setText] = useState('');
  const [found, setFound] = useState({ at: -1, count: 0 });
  useEffect(() => screen.onFound((at, count) => setFound({ at, count })), [screen]);
  const close = () => {
    screen.find('', false);
    onClose();
  };
  return (
    <search className={classes.find}>
      <TextInput
        size="xs"
        w={180}
        aria-label={texts.terminal.find}
        placeholder={texts.terminal.find}
        autoFocus
        value={text}
        error={text !== '' && found.count === 0}
        onChange={({ currentTarget: { value } }) => {
          setText(value);
          screen.find(value, false);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') screen.find(text, event.shiftKey);
          if (event.key === 'Escape') close();
        }}
      />
      <span className={classes.count} role="status">
        {text && texts.terminal.found(found.at + 1, found.count)}
      </span>
      <Tool
        icon={IconChevronUp}
        label={texts.terminal.findPrevious}
        onClick={() => screen.find(text, true)}
      />
      <Tool icon={IconChevronDown} label={texts.terminal.findNext} onClick={() => screen.find(text, false)} />
      <Tool icon={IconX} label={texts.common.close} onClick={close} />
    </search>
  );
}
