import { Codec, CodecSink, Encode, LineRights, Signals } from './codec.js';
import { DataRun, findByte } from './data-run.js';
import { doubleEscapes, ESCAPE } from './escape-ff.js';

/** What one server allows its control clients. */
export interface ControlOptions extends LineRights {
  /** Whether data passes; without it the connection carries lines only, both ways. */
  readonly data: boolean;
}

/** What a client sends after 0xFF, beside a second 0xFF. */
const RTS_LOW = 0x00;
const RTS_HIGH = 0x01;
const DTR_LOW = 0x10;
const DTR_HIGH = 0x11;
const ASK_LINES = 0xc0;

/** Marks a report, together with a bit for each line that is asserted. */
const REPORT = 0x80;
const REPORT_BITS: Record<keyof Signals, number> = {
  rts: 0x01,
  dtr: 0x02,
  cts: 0x04,
  dsr: 0x08,
  ri: 0x10,
  cd: 0x20,
};

const NOTHING = Buffer.alloc(0);
const dropData: Encode = () => NOTHING;

/** Data and modem lines on one stream: 0xFF starts a command or a report, and 0xFF as data is doubled. One per client. */
export class ControlCodec implements Codec {
  readonly encode: Encode;
  readonly #data: boolean;
  #rights: LineRights;
  #step: 'data' | 'command' = 'data';

  constructor(options: ControlOptions) {
    this.#data = options.data;
    this.#rights = options;
    this.encode = options.data ? doubleEscapes : dropData;
  }

  decode(chunk: Buffer, sink: CodecSink): void {
    const run = new DataRun(chunk, sink);
    for (let at = 0; at < chunk.length;) {
      if (this.#step === 'data') at = this.#upToEscape(at, run);
      else this.#command(chunk[at]!, at++, run);
    }
    run.flush();
  }

  allow(rights: LineRights): void {
    this.#rights = rights;
  }

  /** The state of the listed lines; the bits of the others stay 0: `FF 8x` to `FF Bx`: never `FF FF`, which is data. */
  report(signals: Signals): Buffer {
    let report = REPORT;
    for (const line of this.#rights.signals) if (signals[line]) report |= REPORT_BITS[line];
    return Buffer.from([ESCAPE, report]);
  }

  /** Takes everything before the next 0xFF and that 0xFF; returns the position behind it. */
  #upToEscape(from: number, run: DataRun): number {
    const escape = findByte(run.chunk, ESCAPE, from, run.chunk.length);
    if (this.#data) run.add(from, escape);
    if (escape < run.chunk.length) this.#step = 'command';
    return escape + 1;
  }

  #command(byte: number, at: number, run: DataRun): void {
    this.#step = 'data';
    switch (byte) {
      case ESCAPE:
        if (this.#data) run.add(at, at + 1);
        return;
      case RTS_LOW:
      case RTS_HIGH:
        if (this.#rights.rts) run.flush().setLines({ rts: byte === RTS_HIGH });
        return;
      case DTR_LOW:
      case DTR_HIGH:
        if (this.#rights.dtr) run.flush().setLines({ dtr: byte === DTR_HIGH });
        return;
      case ASK_LINES:
        return run.flush().askLines();
      default:
        run.flush().ignored(`control escape FF ${byte.toString(16).padStart(2, '0').toUpperCase()}`);
    }
  }
}
