import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { useMatch } from 'react-router';
import { session } from '../../session/session.js';
import { useOpenTerminals } from './open-terminals.js';

const Panes = lazy(() => import('./panes.js'));

/** What the panes are in. It is taken from page to page, or is in none, and they go on all the same. */
const place = document.createElement('div');
place.style.display = 'contents';

/** Keeps the terminals, connected and with all that they have shown, whatever page is looked at, once theirs was. */
export function KeptPanes() {
  const shown = useMatch('/terminals') !== null;
  const [begun, setBegun] = useState(shown);
  if (shown && !begun) setBegun(true);
  const { closeAll } = useOpenTerminals();
  useEffect(() => session.onLogout(closeAll), [closeAll]);
  return (
    begun &&
    createPortal(
      <Suspense>
        <Panes />
      </Suspense>,
      place,
    )
  );
}

/** Where they are seen. */
export function PanesHere() {
  const show = useCallback((here: HTMLDivElement) => {
    here.append(place);
    return () => place.remove();
  }, []);
  return <div ref={show} style={{ display: 'contents' }} />;
}
