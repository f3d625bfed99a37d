import { describe, expect, it } from '@jest/globals';
import { checkMatch, etagOf, isKnown, PreconditionFailed, tagged, tagOf } from '../../src/config/etag.js';

const entry = { name: 'a', serial: { port: 'loop://', baudrate: 9600 } };
const tag = etagOf(entry);

describe('the tag of an entry', () => {
  it('is a strong one, and the same whatever the order of the keys', () => {
    expect(tag).toMatch(/^"[\w-]{22}"$/);
    expect(etagOf({ serial: { baudrate: 9600, port: 'loop://' }, name: 'a' })).toBe(tag);
  });

  it.each([
    ['a value', { ...entry, name: 'b' }],
    ['the type of a value', { ...entry, name: ['a'] }],
    ['a key that is null', { ...entry, servers: null }],
    ['a value within', { ...entry, serial: { port: 'loop://', baudrate: 9601 } }],
  ])('differs by %s', (_what, other) => {
    expect(etagOf(other)).not.toBe(tag);
  });

  it('differs by the order of a list', () => {
    expect(etagOf([1, 2])).not.toBe(etagOf([2, 1]));
  });

  it('can be carried by another answer, which looks the same as without', () => {
    const answer = tagged({ ok: true }, entry);
    expect([answer, tagOf(answer), tagOf({ ok: true })]).toEqual([{ ok: true }, tag, etagOf({ ok: true })]);
  });
});

describe('If-Match', () => {
  it.each([
    ['nothing', undefined],
    ['any', '*'],
    ['the tag', tag],
    ['one of several', `"other", ${tag}`],
  ])('of %s lets the change through', (_what, header) => {
    expect(() => checkMatch(header, entry)).not.toThrow();
  });

  it.each([
    ['another tag', '"other"'],
    ['the tag as a weak one', `W/${tag}`],
    ['the tag without quotes', tag.replaceAll('"', '')],
    ['nothing that is a tag', ''],
  ])('of %s refuses it with 412', (_what, header) => {
    expect(() => checkMatch(header, entry)).toThrow(PreconditionFailed);
    expect(new PreconditionFailed().status).toBe(412);
  });
});

it('If-None-Match finds the tag among others, as a weak one too', () => {
  const known = (header?: string) => isKnown(header, tag);
  expect([known(), known('"other"'), known('')]).toEqual([false, false, false]);
  expect([known('*'), known(tag), known(`"other", W/${tag}`)]).toEqual([true, true, true]);
});
