import { Codec, CodecSink } from './codec.js';
import { DataRun, findByte } from './data-run.js';
import { doubleEscapes } from './escape-ff.js';
import { BINARY, DO, DONT, ECHO, IAC, OptionSide, SUPPRESS_GO_AHEAD, WILL, WONT } from './telnet-options.js';

/** Commands of RFC 854 that mean something here; the others are ignored. */
const SUBNEGOTIATION_END = 0xf0;
const BREAK = 0xf3;
const ARE_YOU_THERE = 0xf6;
const SUBNEGOTIATION = 0xfa;

const NUL = 0x00;
const LF = 0x0a;
const CR = 0x0d;

/** A longer subnegotiation is reported: 4 KiB is far above any real one, so its end was lost and the client looks deaf. */
const SUBNEGOTIATION_LIMIT_BYTES = 4096;

/** Brings a standard client up in character mode without local echo, 8 bits wide both ways. */
const GREETING = Buffer.from(
  [
    [WILL, SUPPRESS_GO_AHEAD],
    [DO, SUPPRESS_GO_AHEAD],
    [WILL, ECHO],
    [DONT, ECHO],
    [WILL, BINARY],
    [DO, BINARY],
  ].flatMap(([verb, option]) => [IAC, verb!, option!]),
);

const PRESENCE = Buffer.from('\r\n[ser2tcp: yes]\r\n');

/**
 * The server's end of telnet (RFC 854, 855), one per client. The device's bytes go out with 0xFF doubled and nothing else
 * changed; of the client's bytes everything but data is taken out.
 */
export class TelnetCodec implements Codec {
  readonly greeting = GREETING;
  readonly encode = doubleEscapes;

  readonly #serverOptions = new OptionSide(WILL, WONT, [SUPPRESS_GO_AHEAD, ECHO, BINARY]);
  readonly #clientOptions = new OptionSide(DO, DONT, [SUPPRESS_GO_AHEAD, BINARY]);

  /** What the next byte is: after IAC a command, after a verb an option, after IAC SB a parameter. */
  #step: 'data' | 'command' | 'option' | 'parameters' | 'parameters-command' = 'data';
  #verb = 0;
  #parameterBytes = 0;
  #afterCr = false;
  /** The bytes that answer the read at hand. */
  #answers: number[] = [];
  #presenceTold = false;

  decode(chunk: Buffer, sink: CodecSink): void {
    this.#answers = [];
    this.#presenceTold = false;
    const run = new DataRun(chunk, sink);
    for (let at = 0; at < chunk.length;) {
      if (this.#step === 'data' || this.#step === 'parameters') at = this.#upToIac(at, run);
      else this.#afterIac(chunk[at]!, at++, run);
    }
    run.flush();
    // In one piece: a read may hold thousands of requests, and a write for each would hold everybody up.
    if (this.#answers.length > 0) sink.reply(Buffer.from(this.#answers));
  }

  /** Takes everything before the next IAC and that IAC; returns the position behind it. */
  #upToIac(from: number, run: DataRun): number {
    const iac = findByte(run.chunk, IAC, from, run.chunk.length);
    const inData = this.#step === 'data';
    if (inData) this.#data(from, iac, run);
    else this.#parameters(iac - from, run);
    if (iac < run.chunk.length) this.#step = inData ? 'command' : 'parameters-command';
    return iac + 1;
  }

  #afterIac(byte: number, at: number, run: DataRun): void {
    if (this.#step === 'option') {
      this.#step = 'data';
      const answer = this.#answerTo(byte);
      if (answer !== undefined) this.#answers.push(IAC, answer, byte);
    } else if (this.#step === 'parameters-command' && (byte === IAC || byte < SUBNEGOTIATION_END)) {
      // IAC IAC is a literal 0xFF (RFC 855). So is a lone one that no command follows: some clients forget to double it.
      this.#step = 'parameters';
      this.#parameters(1, run);
    } else {
      // Within a subnegotiation too: any command but IAC means that its end was lost, and waiting for one would swallow
      // all the data to come. BSD's telnetd does the same.
      this.#step = 'data';
      this.#command(byte, at, run);
    }
  }

  #command(byte: number, at: number, run: DataRun): void {
    switch (byte) {
      case IAC:
        return this.#data(at, at + 1, run);
      case WILL:
      case WONT:
      case DO:
      case DONT:
        this.#verb = byte;
        this.#step = 'option';
        return;
      case SUBNEGOTIATION:
        this.#parameterBytes = 0;
        this.#step = 'parameters';
        return;
      case BREAK:
        return run.flush().sendBreak();
      case ARE_YOU_THERE:
        // Once per read: a flood of them must not come back nine times its size.
        if (!this.#presenceTold) this.#answers.push(...PRESENCE);
        this.#presenceTold = true;
    }
  }

  #answerTo(option: number): number | undefined {
    switch (this.#verb) {
      case WILL:
        return this.#clientOptions.enable(option);
      case WONT:
        return this.#clientOptions.disable(option);
      case DO:
        return this.#serverOptions.enable(option);
      default:
        return this.#serverOptions.disable(option);
    }
  }

  /**
   * Takes data. As text, that is without BINARY, CR comes with LF or NUL behind it (RFC 854, "The NVT printer and
   * keyboard"); the device gets the CR at once, and the partner is dropped whenever it comes.
   */
  #data(from: number, end: number, run: DataRun): void {
    if (from === end) return;
    if (this.#clientOptions.isOn(BINARY)) {
      this.#afterCr = false;
      return run.add(from, end);
    }
    const { chunk } = run;
    for (let at = from; at < end;) {
      if (this.#afterCr && (chunk[at] === LF || chunk[at] === NUL)) at++;
      const cr = findByte(chunk, CR, at, end);
      this.#afterCr = cr < end;
      const next = this.#afterCr ? cr + 1 : end;
      run.add(at, next);
      at = next;
    }
  }

  /** Drops parameters: no option that this server knows has any, so none are held. */
  #parameters(bytes: number, run: DataRun): void {
    const before = this.#parameterBytes;
    this.#parameterBytes += bytes;
    if (before <= SUBNEGOTIATION_LIMIT_BYTES && this.#parameterBytes > SUBNEGOTIATION_LIMIT_BYTES)
      run.flush().ignored(`telnet subnegotiation longer than ${SUBNEGOTIATION_LIMIT_BYTES} bytes`);
  }
}
