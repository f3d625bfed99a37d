/** How often a client is asked for a sign of life, and how many times it may leave that unanswered. */
const EVERY_MS = 20_000;
const UNANSWERED = 2;

/** Finds out that a client is gone although its connection is not. */
export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #unanswered = 0;

  constructor(ask: () => void, dead: (reason: string) => void) {
    this.#timer = setInterval(() => {
      if (this.#unanswered++ === UNANSWERED) dead(`it did not answer ${UNANSWERED} pings`);
      else ask();
    }, EVERY_MS);
  }

  /** The client sent something, or could not be heard. */
  heard(): void {
    this.#unanswered = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
