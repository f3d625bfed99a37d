import { randomBytes, scrypt, ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** Cost by OWASP's password storage cheat sheet: N = 2^16, r = 8, p = 1; 64 MiB and 0.1 to 0.2 s. */
const LOG_N = 16;
const BLOCK_SIZE = 8;
const PARALLEL = 1;
const SALT_BYTES = 16;
const KEY_BYTES = 32;

const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

/** A password as it is stored: scrypt in PHC string form, `$scrypt$ln=16,r=8,p=1$<salt>$<key>`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const N = 2 ** LOG_N;
  // Node refuses what needs more than maxmem, by default 32 MiB; scrypt needs 128 * N * r.
  const key = await derive(password, salt, KEY_BYTES, {
    N,
    r: BLOCK_SIZE,
    p: PARALLEL,
    maxmem: 256 * N * BLOCK_SIZE,
  });
  return `$scrypt$ln=${LOG_N},r=${BLOCK_SIZE},p=${PARALLEL}$${base64(salt)}$${base64(key)}`;
}
