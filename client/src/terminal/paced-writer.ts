/** Given to the screen in one turn: parsed in a few milliseconds, so that keys are heard in between. */
const FRAME_BYTES = 128 * 1024;
const SLICE_BYTES = 32 * 1024;
/** Frames may be slow, and a page that nobody sees has none. */
const FRAME_AT_LATEST_MS = 50;
/** Waiting at most, also while paused. */
const HELD_BYTES = 4 * 1024 * 1024;

/** @param done is called when they are taken in */
type Draw = (bytes: Uint8Array, done: () => void) => void;

/**
 * Gives a screen at most one frame's worth of bytes for each frame, at once, and more when it has taken that in.
 * A WebSocket cannot be told to wait: what is too much is skipped, the oldest first.
 */
export class PacedWriter {
  #held: Uint8Array[] = [];
  #waiting = 0;
  #skipped = 0;
  /** What may still be given to the screen in this frame. */
  #left = FRAME_BYTES;
  #drawing = 0;
  #framed = false;
  #paused = false;

  /** @param markSkipped tells of so many bytes that are not drawn, at the place where they are missing */
  constructor(
    private readonly draw: Draw,
    private readonly markSkipped: (bytes: number) => void,
  ) {}

  /** Bytes that are not given to the screen yet. */
  get waiting(): number {
    return this.#waiting;
  }

  set paused(paused: boolean) {
    this.#paused = paused;
    this.#turn();
  }

  write(bytes: Uint8Array): void {
    this.#held.push(bytes);
    this.#waiting += bytes.length;
    while (this.#waiting > HELD_BYTES) {
      const oldest = this.#held.shift()?.length ?? 0;
      this.#waiting -= oldest;
      this.#skipped += oldest;
    }
    this.#turn();
  }

  #turn(): void {
    if (this.#paused || this.#waiting === 0 || this.#left <= 0) return;
    if (this.#skipped > 0) this.markSkipped(this.#skipped);
    this.#skipped = 0;
    while (this.#waiting > 0 && this.#left > 0) {
      // Nobody waits for a page that is not seen, and it gets few turns.
      const slice = this.#take(document.hidden ? HELD_BYTES : Math.min(this.#left, SLICE_BYTES));
      this.#left -= slice.length;
      this.#drawing++;
      this.draw(slice, () => this.#drawing--);
    }
    if (this.#framed) return;
    this.#framed = true;
    nextFrame(() => this.#frame());
  }

  #frame(): void {
    if (this.#drawing > 0) return nextFrame(() => this.#frame());
    this.#framed = false;
    this.#left = FRAME_BYTES;
    return this.#turn();
  }

  /** The oldest bytes, as one piece. */
  #take(most: number): Uint8Array {
    const taken = new Uint8Array(Math.min(most, this.#waiting));
    let length = 0;
    let used = 0;
    for (const bytes of this.#held) {
      const part = bytes.subarray(0, taken.length - length);
      taken.set(part, length);
      length += part.length;
      if (part.length < bytes.length) this.#held[used] = bytes.subarray(part.length);
      else used++;
      if (length === taken.length) break;
    }
    this.#held.splice(0, used);
    this.#waiting -= length;
    return taken;
  }
}

function nextFrame(then: () => void): void {
  const go = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    then();
  };
  const frame = requestAnimationFrame(go);
  const timer = setTimeout(go, FRAME_AT_LATEST_MS);
}
