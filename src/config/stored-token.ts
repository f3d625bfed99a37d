import { createHash } from 'node:crypto';

/** How a token stands in the file when only its owner has it. One in clear was written there by hand. */
const HASHED = /^sha256:([0-9a-f]{64})$/;

/** SHA-256 in hex. What it is made of has 256 random bits, so it needs no salt and no slow hash. */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export const storedForm = (token: string): string => `sha256:${digestOf(token)}`;

export const isHashed = (stored: string): boolean => HASHED.test(stored);

/** Of the token itself, whichever way it is stored: what a client shows is compared by it, so that a stored hash is no token. */
export const digestOfStored = (stored: string): string => HASHED.exec(stored)?.[1] ?? digestOf(stored);
