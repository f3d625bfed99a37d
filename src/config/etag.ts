import { createHash } from 'node:crypto';
import { AppError } from '../errors.js';
import { isObject } from './shape.js';

/** Characters of a digest that are enough to tell entries apart. */
const TAG_CHARACTERS = 22;

/** The strong entity tag of an entry (RFC 9110, 8.8.3): the same for the same JSON, whatever the order of its keys. */
export function etagOf(entry: unknown): string {
  const digest = createHash('sha256').update(canonical(entry)).digest('base64url');
  return `"${digest.slice(0, TAG_CHARACTERS)}"`;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** What was to be changed is not any more what the client knows. */
export class PreconditionFailed extends AppError {
  constructor() {
    super(
      'PRECONDITION_FAILED',
      412,
      'It was changed by somebody else meanwhile; get it again and repeat the change',
    );
  }
}

/**
 * For a change that was asked for with `If-Match` (RFC 9110, 13.1.1), in the edit itself, where no other comes between.
 * @throws PreconditionFailed when none of the tags is that of the entry
 */
export function checkMatch(ifMatch: string | undefined, entry: unknown): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  if (!tagsIn(ifMatch).includes(etagOf(entry))) throw new PreconditionFailed();
}

/** Whether a client that sent `If-None-Match` has what this tag stands for (RFC 9110, 13.1.2: weak comparison). */
export function isKnown(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.trim() === '*' || tagsIn(ifNoneMatch).some((known) => known.replace(/^W\//, '') === tag);
}

const tagsIn = (header: string): readonly string[] => header.match(/(W\/)?"[^"]*"/g) ?? [];

const tags = new WeakMap<object, { tag: string; wholly: boolean }>();

/**
 * Lets an answer carry the tag of the entry that it is about, as that of a change does; its own otherwise.
 * @param wholly whether the answer has nothing that may change without the entry
 */
export function tagged<T extends object>(answer: T, entry: unknown, wholly = false): T {
  const own = { ...answer };
  tags.set(own, { tag: etagOf(entry), wholly });
  return own;
}

export function tagOf(answer: unknown): string {
  return (isObject(answer) && tags.get(answer)?.tag) || etagOf(answer);
}

/** Whether all of an answer is what its tag stands for: only then does who has the tag have the answer too. */
export const isWholly = (answer: unknown) => !isObject(answer) || (tags.get(answer)?.wholly ?? true);
