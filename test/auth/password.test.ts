import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { hashPassword, isOutdated, verifyPassword } from '../../src/auth/password.js';
import { isPasswordHash } from '../../src/config/rules.js';

const old = (password: string, salt = 'a1b2') =>
  `sha256:${salt}:${createHash('sha256').update(`${salt}${password}`).digest('hex')}`;

/** By Python's hashlib.scrypt(b'secret', salt=b'saltsaltsaltsalt', n=1024, r=8, p=2, dklen=32). */
const FOREIGN = '$scrypt$ln=10,r=8,p=2$c2FsdHNhbHRzYWx0c2FsdA$';

describe('a stored password', () => {
  it('is salted scrypt in PHC form, that the configuration takes', async () => {
    const [one, other] = await Promise.all([hashPassword('secret'), hashPassword('secret')]);
    expect(one).toMatch(/^\$scrypt\$ln=16,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(other);
    expect(isPasswordHash(one)).toBe(true);
  });

  it.each(['secret', ' ', '密码 🔑', 'x'.repeat(1024), '\0', '$scrypt$'])(
    'fits %j alone',
    async (password) => {
      for (const stored of [await hashPassword(password), old(password)]) {
        expect(await verifyPassword(password, stored)).toBe(true);
        expect(await verifyPassword(`${password}x`, stored)).toBe(false);
      }
    },
  );

  it('is checked with its own cost', async () => {
    const { scryptSync } = await import('node:crypto');
    const key = scryptSync('secret', 'saltsaltsaltsalt', 32, { N: 1024, r: 8, p: 2 });
    const stored = FOREIGN + key.toString('base64').replace(/=+$/, '');
    expect(await verifyPassword('secret', stored)).toBe(true);
    expect(await verifyPassword('Secret', stored)).toBe(false);
    expect(isOutdated(stored)).toBe(true);
  });

  it('of the Python program may have any salt, an empty one too', async () => {
    expect(await verifyPassword('secret', old('secret', ''))).toBe(true);
    expect(await verifyPassword('secret', old('secret').toUpperCase().replace('SHA256', 'sha256'))).toBe(
      false,
    );
    expect(isOutdated(old('secret'))).toBe(true);
  });

  it('fits nothing when there is none', async () => {
    expect(await verifyPassword('', undefined)).toBe(false);
    expect(await verifyPassword('secret', 'secret')).toBe(false);
  });

  it('takes its time to check, also where there is none or an old one', async () => {
    const ways = [await hashPassword('secret'), old('secret'), undefined];
    const shortest = ways.map(() => Infinity);
    for (let round = 0; round < 3; round++) {
      for (const [way, stored] of ways.entries()) {
        const start = performance.now();
        await verifyPassword('wrong', stored);
        shortest[way] = Math.min(shortest[way] ?? 0, performance.now() - start);
      }
    }
    // Without a scrypt of its own, a way would take a thousandth of the others' time.
    expect(Math.min(...shortest)).toBeGreaterThan(Math.max(...shortest) / 10);
  });

  it('is refused by the configuration when it would take more than the machine has', () => {
    const rest = '$c2FsdHNhbHRzYWx0c2FsdA$c2FsdHNhbHRzYWx0c2FsdHNhbHRzYWx0c2FsdHNhbHRzYWw';
    expect(isPasswordHash(`$scrypt$ln=18,r=16,p=4${rest}`)).toBe(true);
    for (const cost of ['ln=19,r=8,p=1', 'ln=99,r=8,p=1', 'ln=0,r=8,p=1', 'ln=16,r=99,p=1', 'ln=16,r=8,p=9'])
      expect({ cost, taken: isPasswordHash(`$scrypt$${cost}${rest}`) }).toEqual({ cost, taken: false });
    expect(isPasswordHash('$scrypt$ln=16,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$YQ')).toBe(false);
  });
});
