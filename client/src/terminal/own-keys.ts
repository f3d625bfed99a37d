/** With Ctrl and Shift, which makes no control character, so that nothing is taken away from what can be sent. */
const OWN = { C: 'copy', F: 'find', L: 'leave' } as const;

export type OwnKey = (typeof OWN)[keyof typeof OWN];

/** What a key does here instead of being sent; by its letter, or where the layout has others, by its place. */
export function ownKey({ ctrlKey, shiftKey, altKey, metaKey, key, code }: KeyboardEvent): OwnKey | undefined {
  if (!ctrlKey || !shiftKey || altKey || metaKey) return undefined;
  const letter = /^[a-z]$/i.test(key) ? key.toUpperCase() : code.replace('Key', '');
  return OWN[letter as keyof typeof OWN];
}

/** Whether pasted text would make the device do something before anybody has seen it there. */
export const isRisky = (text: string, bracketed: boolean): boolean =>
  // A shell takes bracketed text for text, up to the escape sequence that ends it.
  bracketed ? text.includes('\x1b') : /[\r\n\x1b]/.test(text);
