/** The client's side of what is on the wire of tcp, ssl, socket and telnet servers: `decode` gives the data, `encode` what is to be sent for data. */

const FF = 0xff;
const CR = 0x0d;
const [SE, SB, WILL, WONT, DO, DONT] = [240, 250, 251, 252, 253, 254];
const BINARY = 0;

export class Raw {
  ready = true;
  decode = (bytes) => bytes;
  encode = (bytes) => bytes;
}

/** The control escape: 0xFF is doubled, and reports stand among the data. */
export class Control {
  ready = true;
  reports = 0;
  #escaped = false;

  decode(bytes) {
    const data = [];
    for (const byte of bytes) {
      if (!this.#escaped && byte === FF) this.#escaped = true;
      else if (this.#escaped && byte !== FF) this.#report(byte);
      else {
        this.#escaped = false;
        data.push(byte);
      }
    }
    return Buffer.from(data);
  }

  encode = (bytes) => doubled(bytes);

  #report(byte) {
    this.#escaped = false;
    if (byte >> 6 !== 2) throw new Error(`FF ${byte.toString(16)} is no report of lines`);
    this.reports++;
  }
}

/** A telnet client (RFC 854, 856), one that takes BINARY or one that does not. */
export class Telnet {
  #state = 'data';
  #command = 0;

  /** @param reply sends bytes of the protocol */
  constructor(binary, reply) {
    this.binary = binary;
    this.reply = reply;
    /** Data may only be sent as it is once that is agreed on. */
    this.ready = !binary;
  }

  decode(bytes) {
    const data = [];
    for (const byte of bytes) this.#take(byte, data);
    return Buffer.from(data);
  }

  encode(bytes) {
    const wire = doubled(bytes);
    if (this.binary) return wire;
    const padded = [];
    for (const byte of wire) padded.push(...(byte === CR ? [CR, 0] : [byte]));
    return Buffer.from(padded);
  }

  #take(byte, data) {
    const state = this.#state;
    this.#state = 'data';
    if (state === 'data' && byte === FF) this.#state = 'iac';
    else if (state === 'data' || (state === 'iac' && byte === FF)) data.push(byte);
    else if (state === 'iac' && byte >= WILL) [this.#state, this.#command] = ['option', byte];
    else if (state === 'iac' && byte === SB) this.#state = 'sub';
    else if (state === 'option') this.#answer(byte);
    else if (state === 'sub') this.#state = byte === FF ? 'sub-iac' : 'sub';
    else if (state === 'sub-iac') this.#state = byte === SE ? 'data' : 'sub';
  }

  #answer(option) {
    const yes = option !== BINARY || this.binary;
    if (this.#command === DO) this.reply(Buffer.from([FF, yes ? WILL : WONT, option]));
    if (this.#command === WILL) this.reply(Buffer.from([FF, yes ? DO : DONT, option]));
    if (this.#command === DO && option === BINARY) this.ready = true;
  }
}

function doubled(bytes) {
  if (!bytes.includes(FF)) return bytes;
  const wire = [];
  for (const byte of bytes) wire.push(...(byte === FF ? [FF, FF] : [byte]));
  return Buffer.from(wire);
}
