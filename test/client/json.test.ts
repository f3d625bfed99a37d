import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  changesOf,
  getAt,
  itemsOf,
  type Json,
  type JsonObject,
  pathText,
  replay,
  same,
  setAt,
  written,
} from '../../client/src/editor/json.js';

describe('a value of a document', () => {
  it.each<[(string | number)[], Json | undefined]>([
    [['serial', 'baudrate'], 9600],
    [['servers', 0, 'port'], 1],
    [['servers', 1], undefined],
    [['serial', 'port', 'x'], undefined],
    [['toString'], undefined],
  ])('is found at %j', (path, value) => {
    expect(getAt({ serial: { baudrate: 9600, port: 'x' }, servers: [{ port: 1 }] }, path)).toEqual(value);
  });

  it('is changed without a change of anything else', () => {
    const before = { serial: { baudrate: 9600, later: { a: [1] } }, servers: [{ port: 1 }, { port: 2 }] };
    const after = setAt(before, ['servers', 1, 'port'], 3);
    expect(after).toEqual({ ...before, servers: [{ port: 1 }, { port: 3 }] });
    expect((after as typeof before).serial).toBe(before.serial);
    expect(before.servers[1]?.port).toBe(2);
  });

  it('is taken out, with nothing made on the way to it', () => {
    expect(setAt({ a: 1 }, ['b', 'c'], undefined)).toEqual({ a: 1 });
    expect(setAt({ a: [1, 2, 3] }, ['a', 1], undefined)).toEqual({ a: [1, 3] });
    expect(Object.keys(setAt({ a: { b: 1 } }, ['a', 'b'], undefined) as object)).toEqual(['a']);
  });

  it('is all that differs after it was changed, and nothing after it was changed back', () => {
    const server = fc.dictionary(
      fc.constantFrom('address', 'port', 'later', 'allow'),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const port = fc.record({
      name: fc.string(),
      serial: fc.dictionary(
        fc.constantFrom('port', 'baudrate', 'parity', 'unknown'),
        fc.jsonValue({ maxDepth: 1 }),
      ),
      servers: fc.array(server, { minLength: 1, maxLength: 3 }),
    }) as fc.Arbitrary<JsonObject>;
    const path = fc.constantFrom(
      ['name'],
      ['serial', 'baudrate'],
      ['servers', 0, 'port'],
      ['servers', 0, 'address'],
    );
    fc.assert(
      fc.property(port, path, (before, at) => {
        const after = setAt(before, at, 'another value that nothing makes');
        expect(changesOf(before, after).map((change) => change.path)).toEqual([at]);
        expect(same(setAt(after, at, getAt(before, at)), before)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('is named as the server names it', () => {
    expect(pathText(['servers', 1, 'ssl', 'certfile'])).toBe('servers[1].ssl.certfile');
  });
});

describe('two versions', () => {
  const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
  const object = fc.dictionary(fc.string(), json);

  it('differ in what makes one of the other', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const changes = changesOf(before, after);
        expect(same(replay(changes, before), after)).toBe(true);
        expect(changes.length === 0).toBe(same(before, after));
      }),
      { numRuns: 300 },
    );
  });

  it('are put together where different things were changed', () => {
    const original = { name: 'a', serial: { baudrate: 9600 }, servers: [{ port: 1 }] };
    const mine = { ...original, serial: { baudrate: 115200 } };
    const theirs = { ...original, name: 'b', servers: [{ port: 1 }, { port: 2 }] };
    expect(replay(changesOf(original, mine), theirs)).toEqual({ ...theirs, serial: { baudrate: 115200 } });
  });
});

describe('a difference that is shown', () => {
  it.each<[string, Json | undefined, Json | undefined, [Json[], Json[]]]>([
    ['the values', 1, 2, [[1], [2]]],
    ['what was not there before', undefined, 'x', [[], ['x']]],
    ['the items that the other list has not', [1, { a: 2 }], [{ a: 2 }, 3], [[1], [3]]],
    [
      'both lists, where only the order is another one',
      [1, 2],
      [2, 1],
      [
        [1, 2],
        [2, 1],
      ],
    ],
  ])('is %s', (_what, before, after, items) => {
    expect(itemsOf(before, after)).toEqual(items);
  });

  it('has a line for each key', () => {
    expect(written({ protocol: 'tcp', port: 1, allow: ['::1'] })).toBe(
      'protocol: tcp\nport: 1\nallow: ["::1"]',
    );
  });
});
