import { ActionIcon, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { texts } from '../texts/texts.js';
import { copyText } from '../util/clipboard.js';

export function Copy({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void copyText(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    });
  };
  const Icon = copied ? IconCheck : IconCopy;
  return (
    <Tooltip label={copied ? texts.common.copied : texts.common.copy}>
      <ActionIcon size="md" aria-label={label} onClick={copy}>
        <Icon size={16} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
