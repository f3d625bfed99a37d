import type { Duplex } from 'node:stream';
import { turnAway } from '../net/turn-away.js';
import type { CodecSink, Farewell } from '../protocol/codec.js';
import { WebSocketCodec } from '../protocol/websocket.js';
import { textFrame } from '../protocol/websocket-frames.js';
import { Heartbeat } from './heartbeat.js';
import type { MonitorForm } from './monitor-frames.js';

/** Bytes that may wait for one client; what comes on top it misses. */
const WAITING_BYTES = 1024 * 1024;
/** What a frame that waits costs beside its own bytes: of one with a single byte it is nearly all. */
const FRAME_BYTES = 128;
/** How long one whose login has ended is given to take what was sent to it before. */
const REVOKED_MS = 500;

/** Somebody who looks on at a port. It gets what it takes; nobody waits for it, and what it missed it is told. */
export class MonitorClient {
  readonly #codec = new WebSocketCodec({ data: false, rts: false, dtr: false, signals: [] });
  readonly #heartbeat: Heartbeat;
  #waitingFrames = 0;
  #lostBytes = 0;
  #open = true;

  /**
   * @param now microseconds since 1970
   * @param active is called when it sends something on purpose
   * @param closed is called once, when it is gone
   */
  constructor(
    private readonly socket: Duplex,
    readonly form: MonitorForm,
    private readonly now: () => number,
    { active, closed }: Record<'active' | 'closed', () => void>,
  ) {
    this.#heartbeat = new Heartbeat(
      () => this.#write(this.#codec.heartbeat),
      () => socket.destroy(),
    );
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#end();
      closed();
    });
    // It may only leave, or show that it is there.
    const nothing = () => {};
    const sink: CodecSink = {
      data: nothing,
      setLines: nothing,
      askLines: nothing,
      sendBreak: nothing,
      ignored: nothing,
      active,
      reply: (answer) => this.#answer(answer),
      leave: (last) => this.#leave(last),
    };
    socket.on('data', (chunk: Buffer) => {
      this.#heartbeat.heard();
      if (this.#open) this.#codec.decode(chunk, sink);
    });
    socket.on('end', () => this.#leave());
  }

  /** Whether it can be shown so many bytes; else they count as lost. */
  takes(bytes: number): boolean {
    if (!this.#open) return false;
    if (this.#lostBytes === 0 && !this.#full) return true;
    this.#lostBytes += bytes;
    return false;
  }

  show(frame: Buffer): void {
    this.#write(frame);
  }

  dismiss(reason: string, why: Farewell): void {
    this.#leave(this.#codec.farewell(why, reason), why === 'revoked' ? REVOKED_MS : undefined);
  }

  get #full(): boolean {
    return this.socket.writableLength + this.#waitingFrames * FRAME_BYTES > WAITING_BYTES;
  }

  #write(frame: Buffer): void {
    this.#waitingFrames++;
    this.socket.write(frame, this.#written);
  }

  readonly #written = () => {
    if (--this.#waitingFrames === 0) this.#tellLost();
  };

  /** A client that takes no answers gets none. */
  #answer(answer: Buffer): void {
    if (!this.#full) this.#write(answer);
  }

  #tellLost(): void {
    if (this.#lostBytes === 0 || !this.#open) return;
    const lost = this.#lostBytes;
    this.#lostBytes = 0;
    this.#write(textFrame(JSON.stringify({ t: this.now(), lost })));
  }

  #leave(last?: Buffer, ms?: number): void {
    if (!this.#open) return;
    this.#end();
    turnAway(this.socket, last, ms);
  }

  #end(): void {
    this.#open = false;
    this.#heartbeat.stop();
  }
}
