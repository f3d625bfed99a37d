import { parseTree, ParseError, printParseErrorCode } from 'jsonc-parser';
import type { FilePlace } from './issues.js';

/** What the first mistake in a JSON text is and where. */
export function jsonMistake(text: string): string {
  if (text.trim() === '') return 'it is empty';
  const errors: ParseError[] = [];
  try {
    parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch {
    return 'it is nested too deeply';
  }
  const [first] = errors;
  if (!first) return 'it holds a character or number that JSON does not allow';
  // Such as CommaExpected.
  const what = printParseErrorCode(first.error)
    .replace(/(?!^)[A-Z]/g, ' $&')
    .toLowerCase();
  const { line, column } = placeAt(text, first.offset);
  return `${what} at line ${line}, column ${column}`;
}

export function placeAt(text: string, offset: number): FilePlace {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
