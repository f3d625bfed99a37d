/**
 * What clients send: the high bits of a byte tell who sent it and the low ones its place in what that client sent. So the bytes of many clients can be
 * told apart at the device in whatever way they are mixed, and all values occur, those that protocols escape included.
 */
const PERIOD = 65521;
const SLOTS = 8;
const LOW = 0x1f;
/** Without a byte of a client that has left, before it has a successor: some may still be on their way. */
const REST_MS = 20_000;

const fives = Buffer.alloc(PERIOD);
let state = 7;
for (let i = 0; i < PERIOD; i++) {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  fives[i] = (state >>> 16) & LOW;
}

/** One client's bytes. */
class Writer {
  sent = 0;
  /** As far as the device has them. */
  got = 0;
  /** Whether its bytes may be lost: it, or the device, was cut off. */
  void = false;
  restsUntil = Infinity;

  constructor(slot) {
    this.slot = slot;
  }

  /** The next bytes to send. */
  next(length) {
    const bytes = Buffer.alloc(length);
    for (let i = 0; i < length; i++) bytes[i] = (this.slot << 5) | fives[this.sent++ % PERIOD];
    return bytes;
  }

  /** @throws when it is not the byte that comes next */
  take(byte) {
    if (this.void) return;
    const right = fives[this.got % PERIOD];
    if ((byte & LOW) !== right || this.got >= this.sent) {
      this.void = true;
      throw new Error(`wrong byte ${this.got} of ${this.sent} of writer ${this.slot}`);
    }
    this.got++;
  }

  get complete() {
    return this.void || this.got === this.sent;
  }
}

/** The clients that write to one device. */
export class Writers {
  #slots = Array.from({ length: SLOTS });

  /** A place for one more; undefined when all are taken. */
  add() {
    const now = performance.now();
    const slot = this.#slots.findIndex((writer) => !writer || writer.restsUntil < now);
    if (slot < 0) return undefined;
    return (this.#slots[slot] = new Writer(slot));
  }

  /** It writes no more. */
  remove(writer) {
    writer.restsUntil = writer.void || !writer.complete ? performance.now() + REST_MS : 0;
  }

  /** What the device got. @throws when that is not what the clients sent */
  take(bytes) {
    for (const byte of bytes) {
      const writer = this.#slots[byte >> 5];
      if (!writer) throw new Error(`a byte that nobody sent: ${byte}`);
      if (writer.restsUntil !== Infinity) writer.restsUntil = performance.now() + REST_MS;
      writer.take(byte);
    }
  }

  /** What was on its way is lost. */
  lose() {
    for (const writer of this.#slots) if (writer?.sent > 0) writer.void = true;
  }
}
