/** Waits before the next attempt: from half a second, doubling to ten, spread so that many consoles do not come at once. */
export class Backoff {
  #attempt = 0;

  next(): number {
    const ms = Math.min(500 * 2 ** this.#attempt++, 10_000);
    return ms * (0.75 + Math.random() / 2);
  }

  reset(): void {
    this.#attempt = 0;
  }
}
