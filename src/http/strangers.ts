import type { Socket } from 'node:net';
import { AppError } from '../errors.js';
import { turnAway } from '../net/turn-away.js';
import { errorAnswer, rawAnswer } from './answer.js';

/** Those that are told at a time; over it, they are closed without a word. */
export const MAX_STRANGERS = 100;
/** How long one may take to ask, to read its answer and to go. */
const GO_MS = 2000;

/** A client whose address the `allow` and `deny` of a server keep out. */
export class AddressRefused extends AppError {
  constructor() {
    super('ADDRESS_REFUSED', 403, 'Clients of this address are not allowed (allow, deny)');
  }
}

const ANSWER = Buffer.from(rawAnswer(errorAnswer(new AddressRefused())));

/** Connections in plain HTTP that are not taken: they get the same answer, whatever they ask, and nothing of that is looked at. */
export class Strangers {
  readonly #going = new Set<Socket>();

  take(socket: Socket): void {
    if (this.#going.size >= MAX_STRANGERS) {
      socket.destroy();
      return;
    }
    this.#going.add(socket);
    const timer = setTimeout(() => socket.destroy(), GO_MS);
    socket
      .on('error', () => {})
      // An answer that comes before the question is none (RFC 9112, 9.2).
      .once('data', () => turnAway(socket, ANSWER))
      .once('end', () => socket.destroySoon())
      .once('close', () => {
        clearTimeout(timer);
        this.#going.delete(socket);
      });
  }

  close(): void {
    for (const socket of this.#going) socket.destroy();
  }
}
