import { IconPlugConnectedX } from '@tabler/icons-react';
import { useSyncExternalStore } from 'react';
import { useLink, useSnapshot } from '../live/live.js';
import { session } from '../session/session.js';
import { texts } from '../texts/texts.js';
import classes from './shell.module.css';

/** Says that what is shown is old. It lies over the page's end, so that nothing jumps when it comes and goes. */
export function LinkBanner() {
  const link = useLink();
  const known = useSnapshot() !== undefined;
  // Who is not let in has a server, and is asked who he is.
  const wanted = useSyncExternalStore(session.subscribe, session.wanted);
  if (link !== 'lost' || wanted) return null;
  return (
    <div role="alert" className={classes.banner}>
      <IconPlugConnectedX size={20} style={{ flexShrink: 0 }} />
      {known ? texts.link.lost : texts.errors.unreachable}
    </div>
  );
}
