import { isUtf8 } from 'node:buffer';
import type { Codec, CodecSink, Encode, Farewell, LineRights, OutputLines, Signals } from './codec.js';
import type { ControlOptions } from './control.js';
import {
  binaryFrame,
  CLOSE_CODE,
  closeFrame,
  FrameDecoder,
  type FrameSink,
  PING_FRAME,
  pongFrame,
  textFrame,
} from './websocket-frames.js';

/** Far more than any command needs. */
const COMMAND_BYTES = 4096;
/** Of an unknown key, as the log shows it. */
const KEY_CHARACTERS = 40;

const NOTHING = Buffer.alloc(0);
const dropData: Encode = () => NOTHING;

const FAREWELL_CODE: Record<Farewell, number> = {
  away: CLOSE_CODE.away,
  policy: CLOSE_CODE.policy,
  failed: CLOSE_CODE.failed,
  busy: CLOSE_CODE.tryLater,
  revoked: CLOSE_CODE.revoked,
};

/** Data in binary frames, modem lines and breaks as JSON in text frames. One per client. */
export class WebSocketCodec implements Codec {
  readonly encode: Encode;
  readonly heartbeat = PING_FRAME;
  readonly reportsNews = true;
  readonly #frames = new FrameDecoder();
  readonly #data: boolean;
  #rights: LineRights;

  constructor({ data, ...rights }: ControlOptions) {
    this.encode = data ? binaryFrame : dropData;
    this.#data = data;
    this.#rights = rights;
  }

  decode(chunk: Buffer, sink: CodecSink): void {
    this.#frames.decode(chunk, this.#toward(sink));
  }

  allow(rights: LineRights): void {
    this.#rights = rights;
  }

  /** The listed lines, also when there are none. */
  report(signals: Signals): Buffer {
    const listed = this.#rights.signals.map((line) => [line, signals[line]]);
    return textFrame(JSON.stringify({ signals: Object.fromEntries(listed) }));
  }

  farewell(why: Farewell, reason: string): Buffer {
    return closeFrame(FAREWELL_CODE[why], reason);
  }

  #toward(sink: CodecSink): FrameSink {
    return {
      binary: (part) => {
        sink.active();
        if (this.#data && part.length > 0) sink.data(part);
      },
      text: (message) => {
        sink.active();
        // An empty one only says that somebody is there.
        if (message.length > 0) this.#command(message, sink);
      },
      ping: (payload) => sink.reply(pongFrame(payload)),
      pong: () => {},
      close: (code) => sink.leave(closeFrame(code)),
      violation: (code, what) => sink.leave(closeFrame(code, what), what),
    };
  }

  #command(message: Buffer, sink: CodecSink): void {
    const command = message.length <= COMMAND_BYTES && isUtf8(message) && parse(message.toString());
    if (!command) return sink.ignored('a text frame that is no JSON object');
    const lines: OutputLines = {};
    for (const [key, value] of Object.entries(command)) {
      const level = levelOf(value);
      if ((key === 'rts' || key === 'dtr') && level !== undefined) {
        if (this.#rights[key]) lines[key] = level;
        else sink.ignored(`${key}, which the server does not let clients set (control.${key})`);
      } else if (key !== 'break' || !isDuration(value)) {
        sink.ignored(`${JSON.stringify(key.slice(0, KEY_CHARACTERS))} in a text frame`);
      } else if (!this.#data) {
        sink.ignored('a break, since the server takes no data (data)');
      }
    }
    if ('rts' in lines || 'dtr' in lines) sink.setLines(lines);
    // It goes over the line that data goes over: who may send that may send it, as in telnet.
    if (this.#data && isDuration(command.break)) sink.sendBreak(command.break);
  }
}

/** 1 and 0 count as they do in the file. */
const levelOf = (value: unknown): boolean | undefined =>
  value === true || value === 1 ? true : value === false || value === 0 ? false : undefined;

const isDuration = (value: unknown): value is number => typeof value === 'number' && value > 0;

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
