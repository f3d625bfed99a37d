import { Alert } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useLink, useSnapshot } from '../live/live.js';
import { texts } from '../texts/texts.js';

/** Says that what is shown is old. It lies over the page's margin, so that nothing jumps when it comes and goes. */
export function LinkBanner() {
  const link = useLink();
  const known = useSnapshot() !== undefined;
  if (link !== 'lost') return null;
  return (
    <Alert
      role="alert"
      color="orange"
      variant="filled"
      autoContrast
      radius={0}
      py="xs"
      icon={<IconPlugConnectedX />}
      style={{ position: 'sticky', top: 56, zIndex: 50 }}
    >
      {known ? texts.link.lost : texts.errors.unreachable}
    </Alert>
  );
}
