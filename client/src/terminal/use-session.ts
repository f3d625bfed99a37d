import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useAction } from '../components/use-action.js';
import { texts } from '../texts/texts.js';
import { bytes } from '../util/format.js';
import { KEPT_BYTES, Recording } from './recording.js';
import { download, type SessionFormat } from './save.js';

/** What passed since the page was opened, and how it gets into a file. */
export function useSession(name: string) {
  const [recording] = useState(() => new Recording({ full: () => tellFull(name) }));
  const { busy, run } = useAction();
  const save = (format: SessionFormat, ending: string) =>
    void run(async () => {
      const missing = recording.dropped;
      const file = await format(recording.sealed());
      if (missing > 0) notifications.show({ message: texts.terminal.savedPart(bytes(missing)) });
      download(file, name, ending);
    });
  return { recording, saving: busy, save };
}

const tellFull = (name: string) =>
  notifications.show({
    title: texts.terminal.screen(name),
    message: texts.terminal.full(bytes(KEPT_BYTES)),
    color: 'yellow',
    autoClose: false,
  });
