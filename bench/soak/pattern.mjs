/**
 * What devices send: bytes that tell their place in the stream, so that a byte that is lost, doubled, moved or another port's is seen,
 * by clients that come at any time.
 */

/** A prime: a loss of any power of two is not a whole number of periods. */
const PERIOD = 1048573;
/** The most that is looked at in one piece. */
const PIECE = 64 * 1024;
/** So many bytes stand at one place only. */
const MARK = 16;

const pattern = Buffer.alloc(PERIOD + PIECE);
let state = 1;
for (let i = 0; i < pattern.length; i++) {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  pattern[i] = i < PERIOD ? state >>> 16 : pattern[i - PERIOD];
}

/** The bytes that stand at `position` of the stream, at most 64 KiB of them. */
export function bytesAt(position, length) {
  const from = position % PERIOD;
  return pattern.subarray(from, from + Math.min(length, PIECE));
}

/** Follows one stream from wherever it begins. */
export class Follower {
  /** Of the next byte; undefined until enough has come to tell. */
  position;
  #first = Buffer.alloc(0);

  /** @param sent tells how far the device is */
  constructor(sent) {
    this.sent = sent;
  }

  /** @throws when a byte is not the one that has to stand there */
  take(bytes) {
    if (this.position === undefined) bytes = this.#find(bytes);
    for (let at = 0; at < bytes.length; at += PIECE) this.#check(bytes.subarray(at, at + PIECE));
  }

  /** So many bytes were reported as missing. */
  skip(count) {
    if (this.position !== undefined) this.position += count;
  }

  #check(bytes) {
    const right = bytesAt(this.position, bytes.length);
    if (!right.equals(bytes)) {
      const at = bytes.findIndex((byte, index) => byte !== right[index]);
      throw new Error(`wrong bytes at ${this.position + at}: ${this.#whatThen(bytes.subarray(at))}`);
    }
    this.position += bytes.length;
  }

  #find(bytes) {
    this.#first = Buffer.concat([this.#first, bytes]);
    if (this.#first.length < MARK) return Buffer.alloc(0);
    const at = pattern.indexOf(this.#first.subarray(0, MARK));
    if (at < 0 || at >= PERIOD) throw new Error('it begins with bytes that no device sent');
    this.position = this.#latest(at);
    return this.#first;
  }

  /** The last place before that of the device with such bytes. */
  #latest(at) {
    const last = this.sent() - 1;
    return last - ((last - at) % PERIOD);
  }

  /** Where it goes on instead, for whoever looks for the reason. */
  #whatThen(bytes) {
    const at = bytes.length < MARK ? -1 : pattern.indexOf(bytes.subarray(0, MARK));
    if (at < 0) return 'they stand nowhere in the stream';
    return `those of ${this.#latest(at)} (the device is at ${this.sent()})`;
  }
}
