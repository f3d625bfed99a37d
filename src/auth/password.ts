import { createHash, randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

interface Cost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** By OWASP's password storage cheat sheet: N = 2^16, r = 8, p = 1; 64 MiB and 0.1 to 0.2 s. */
const COST: Cost = { ln: 16, r: 8, p: 1 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;
const NO_SALT = Buffer.alloc(SALT_BYTES);

/** Of the PHC string format, `$scrypt$ln=16,r=8,p=1$<salt>$<key>`. */
const SCRYPT = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/i;
/** Of the Python program: SHA-256 of the salt's text and the password. */
const SHA256 = /^sha256:([^:]*):([0-9a-f]{64})$/i;

const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

/** A password as it is stored. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await scryptKey(password, salt, KEY_BYTES, COST);
  return `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${base64(salt)}$${base64(key)}`;
}

/**
 * Whether a password is the stored one. It takes one scrypt whatever comes of it, also for a user whom nobody knows
 * (`undefined`) and for an old hash: the time says nothing.
 */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, ln, r, p, salt = '', key = ''] = SCRYPT.exec(stored ?? '') ?? [];
  if (key !== '') {
    const expected = Buffer.from(key, 'base64');
    const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
    return timingSafeEqual(
      await scryptKey(password, Buffer.from(salt, 'base64'), expected.length, cost),
      expected,
    );
  }
  await scryptKey(password, NO_SALT, KEY_BYTES, COST);
  const [, oldSalt = '', digest] = SHA256.exec(stored ?? '') ?? [];
  if (digest === undefined) return false;
  const found = createHash('sha256')
    .update(oldSalt + password)
    .digest();
  return timingSafeEqual(found, Buffer.from(digest, 'hex'));
}

/** Whether it is stored with less than today's cost. */
export function isOutdated(stored: string): boolean {
  const [, ln, r, p] = SCRYPT.exec(stored) ?? [];
  return Number(ln ?? 0) < COST.ln || Number(r) < COST.r || Number(p) < COST.p;
}

function scryptKey(password: string, salt: Buffer, length: number, { ln, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** ln;
  // Node refuses what needs more than maxmem, by default 32 MiB; scrypt needs 128 * N * r.
  return derive(password, salt, length, { N, r, p, maxmem: 256 * N * r });
}
