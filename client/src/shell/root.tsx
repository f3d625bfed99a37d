import { Outlet } from 'react-router';
import { KeptPanes } from '../pages/terminals/kept-panes.js';

/** What stays while pages come and go, those that have the window to themselves included. */
export function Root() {
  return (
    <>
      <Outlet />
      <KeptPanes />
    </>
  );
}
