import type { SerialDto } from '../config/serial.dto.js';
import type { OnLimit } from '../config/server.dto.js';
import type { Farewell } from '../protocol/codec.js';
import type { Receiver } from './fan-out.js';
import type { SignalWatcher } from './port-signals.js';

/** A client that joined a port. */
export interface PortClient extends Receiver {
  /** Bytes that it was sent and has not taken yet. */
  readonly backlog: number;
  /** It sends nothing any more and is most likely gone. */
  readonly leaving: boolean;
  /** Whether it gets the device's data. */
  readonly data: boolean;
  /** Do not take more bytes from it, until `resume`. */
  pause(): void;
  resume(): void;
  /** It is paused, and stays: gives it up when its other side is not there any more, as far as that can be told. */
  dropIfGone(why: string): void;
  /** The port lets go of it; what it was sent before still goes out. */
  dismiss(reason: string, why?: Farewell): void;
  /** What it wants to know of the modem lines; absent when it wants nothing. */
  readonly watcher?: SignalWatcher | undefined;
}

/** Looks on. It is called in between, so it must take no time, and must not throw; what it keeps of a chunk it copies. */
export interface Tap {
  /** The device sent this. */
  received(chunk: Buffer): void;
  /** The device is given this. */
  sent(chunk: Buffer): void;
}

export interface PortSetup {
  /** The port's name in logs. */
  readonly label: string;
  readonly serial: SerialDto;
  /** Clients at one time over all servers; 0 for no limit. */
  readonly max_connections: number;
  readonly on_limit: OnLimit;
}
