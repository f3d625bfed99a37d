import { useEffect } from 'react';
import { useBlocker } from 'react-router';
import { confirm } from '../components/confirm.js';
import { texts } from '../texts/texts.js';

/** Says with a navigation that everything is saved. */
export const SAVED = { saved: true };

let unsavedHere = false;

/** Asks before something that leaves the page, where that would lose changes. */
export function askToLeave(leave: () => void, stay?: () => void): void {
  if (!unsavedHere) return leave();
  return confirm({
    title: texts.editor.leaveTitle,
    text: texts.editor.leaveText,
    confirm: texts.editor.leave,
    onConfirm: leave,
    ...(stay && { onCancel: stay }),
  });
}

/** Asks before a page is left with changes that are not saved. */
export function useLeaveGuard(unsaved: boolean): void {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      unsaved && !isSaved(nextLocation.state) && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (blocker.state !== 'blocked') return;
    askToLeave(
      () => blocker.proceed(),
      () => blocker.reset(),
    );
  }, [blocker]);
  useEffect(() => {
    if (!unsaved) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    unsavedHere = true;
    globalThis.addEventListener('beforeunload', ask);
    return () => {
      unsavedHere = false;
      globalThis.removeEventListener('beforeunload', ask);
    };
  }, [unsaved]);
}

const isSaved = (state: unknown) => typeof state === 'object' && state !== null && 'saved' in state;
