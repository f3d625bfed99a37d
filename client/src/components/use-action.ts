import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { sentence } from '../rest.js';
import { texts } from '../texts/texts.js';

/** Runs what a button does: says what came of it, and is busy meanwhile. */
export function useAction(): {
  busy: boolean;
  run: (work: () => Promise<unknown>, done?: string) => Promise<boolean>;
} {
  const [busy, setBusy] = useState(false);
  const run = async (work: () => Promise<unknown>, done?: string) => {
    setBusy(true);
    try {
      await work();
      if (done) notifications.show({ message: done, color: 'teal' });
      return true;
    } catch (error) {
      notifications.show({
        title: texts.common.failed,
        message: sentence(error),
        color: 'red',
        autoClose: 10_000,
      });
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, run };
}
