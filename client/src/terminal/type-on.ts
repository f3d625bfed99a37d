import type { MouseEvent } from 'react';

/** A button of the bar itself, not one of what it has opened. What searches keeps the keyboard. */
function isTool({ target, currentTarget }: MouseEvent): boolean {
  if (!(target instanceof Element) || !currentTarget.contains(target)) return false;
  return target.closest('button') !== null && target.closest('search') === null;
}

/**
 * For the bar of a terminal: who clicks one of its buttons types on into the terminal, and presses no button with Enter.
 * Who came there by the keyboard stays there, and on a phone the keyboard stays open or closed.
 */
export const typeOn = (focus: () => void) => ({
  onMouseDown: (event: MouseEvent) => {
    if (isTool(event)) event.preventDefault();
  },
  onClick: (event: MouseEvent) => {
    const { pointerType } = event.nativeEvent as PointerEvent;
    if (isTool(event) && event.detail > 0 && pointerType !== 'touch') focus();
  },
});
