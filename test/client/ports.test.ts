import { describe, expect, it } from '@jest/globals';
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
