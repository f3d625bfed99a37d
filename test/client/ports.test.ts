import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../client/src/editor/json.js';
import { isOf, placeOf } from '../../client/src/ports/place-of.js';
import { keyOf } from '../../client/src/ports/key.js';

describe('what a port is called in the address of a request', () => {
  it.each([
    ['its name', ['Router', 'Loop'], 'Loop'],
    ['its index where it has no name', ['Router', undefined], '1'],
    ['its index where another has the name too', ['Loop', 'Loop'], '1'],
    ['its index where the name could be one', ['Router', '0'], '1'],
    ['its index where the name would be another path', ['Router', '..'], '1'],
    ['its index where the name has a slash', ['Router', 'a/b'], '1'],
  ])('is %s', (_what, names, key) => {
    const ports = names.map((name) => (name === undefined ? {} : { name }));
    expect(keyOf(ports, 1)).toBe(key);
  });
});

describe('where the entry of a port is after others changed the list', () => {
  const named = (name: string, more: object = {}) => ({ name, serial: { port: 'loop://' }, ...more });
  const at = (port: string, more: object = {}) => ({ serial: { port }, ...more });
  it.each([
    ['where it is as it was', at('loop://'), [named('A'), at('loop://')], 1],
    ['where its name is', named('B'), [named('A'), named('B', { on_limit: 'reject' })], 1],
    ['nowhere, when its name is gone', named('B'), [named('A'), named('C')], -1],
    ['nowhere, when two have its name', named('B'), [named('B', { x: 1 }), named('B', { x: 2 })], -1],
    ['where its device is, without a name', at('/dev/a'), [at('/dev/b'), at('/dev/a', { x: 1 })], 1],
    ['where its device got a name', at('/dev/a'), [at('/dev/b'), at('/dev/a', { name: 'A', x: 1 })], 1],
    ['where its device got another name', at('/dev/a', { name: 'A' }), [at('/dev/a', { name: 'B' })], 0],
    ['nowhere, when only what is like it is left', named('B'), [named('A')], -1],
    ['nowhere, when two have its device', at('/dev/a'), [at('/dev/a', { x: 1 }), at('/dev/a', { x: 2 })], -1],
    ['nowhere, when every device is one of its own', at('loop://'), [at('loop://', { x: 1 })], -1],
  ])('is %s', (_what, original, entries, place) => {
    expect(placeOf(original, entries as JsonObject[])).toBe(place);
  });
});

describe('an entry that is read again', () => {
  const path = { port: '/dev/a', connected: false };
  const found = { port: '/dev/ttyUSB0', connected: true, match: { vid: '0x0403' } };
  const broken = { port: null, connected: false };
  const by = (vid: string) => ({ match: { vid, pid: null }, port: '/dev/of-no-effect' });
  it.each([
    ['by its path', { port: '/dev/a' }, path, true],
    ['not by another one', { port: '/dev/b' }, path, false],
    ['by its attributes, wherever the device is', by('0x0403'), found, true],
    ['not by others', by('0x10C4'), found, false],
    ['not by a path, where it had attributes', { port: '/dev/ttyUSB0' }, found, false],
    ['by its attributes with a mistake', by('0x0403'), broken, true],
    ['by having no path', {}, broken, true],
    ['not by a path, where it had none', { port: '/dev/a' }, broken, false],
  ])('is known %s', (_what, serial, shown, known) => {
    expect(isOf({ name: 'x', serial }, { name: 'x', serial: shown })).toBe(known);
    expect(isOf({ name: 'y', serial }, { name: 'x', serial: shown })).toBe(false);
  });
});
