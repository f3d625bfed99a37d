/** With Ctrl and Shift, which makes no control character, so that nothing is taken away from what can be sent. */
const OWN = { C: 'copy', F: 'find', L: 'leave' } as const;

export type OwnKey = (typeof OWN)[keyof typeof OWN];

/** What a key does here instead of being sent; by its letter, or where the layout has others, by its place. */
export function ownKey({ ctrlKey, shiftKey, altKey, metaKey, key, code }: KeyboardEvent): OwnKey | undefined {
  if (!ctrlKey || !shiftKey || altKey || metaKey) return undefined;
  const letter = /^[a-z]$/i.test(key) ? key.toUpperCase() : code.replace('Key', '');
  return OWN[letter as keyof typeof OWN];
}

/** The last letter of what an arrow key sends (ECMA-48: CUU, CUD, CUF, CUB). */
export type Arrow = 'A' | 'B' | 'C' | 'D';

/** What a character is with Ctrl: `c` is 0x03, `[` is Escape, `?` is DEL; one that has none stays as it is. */
export function withCtrl(character: string): string {
  if (character === '?') return '\x7f';
  if (character === ' ') return '\0';
  return /^[@-_a-z]$/.test(character) ? String.fromCharCode(character.charCodeAt(0) & 0x1f) : character;
}

/** Whether pasted text would make the device do something before anybody has seen it there. */
export const isRisky = (text: string, bracketed: boolean): boolean =>
  // A shell takes bracketed text for text, up to the escape sequence that ends it.
  bracketed ? text.includes('\x1b') : /[\r\n\x1b]/.test(text);
