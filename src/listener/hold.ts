import type { Duplex } from 'node:stream';

/** Who may want no more bytes from a client for now: its port, its own unread answers, the clients beside it. */
export type Holder = 'port' | 'replies' | 'turn';

/** Keeps a client from being read for as long as anybody holds it. */
export class Hold {
  readonly #by = new Set<Holder>();

  constructor(private readonly stream: Duplex) {}

  get held(): boolean {
    return this.#by.size > 0;
  }

  has(by: Holder): boolean {
    return this.#by.has(by);
  }

  take(by: Holder): void {
    this.#by.add(by);
    this.stream.pause();
  }

  letGo(by: Holder): void {
    if (this.#by.delete(by) && !this.held) this.stream.resume();
  }
}
