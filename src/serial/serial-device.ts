import { AppError, sentence } from '../errors.js';
import type { OutputLines, Signals } from '../protocol/codec.js';
import type { SerialDto } from '../config/serial.dto.js';
import { DeviceTrouble, type TroubleCode } from './device-trouble.js';

/** How a device is opened; `port` is the path that `match` led to where there is one. */
export type SerialSettings = Omit<SerialDto, 'match' | 'port'>;

export interface DeviceEvents {
  /** Bytes from the device. @returns whether nobody needs them any more, so that their memory may be used again */
  data(chunk: Buffer): boolean;
  /** The device is gone or failed; called once, nothing comes after it. */
  lost(reason: string): void;
}

/** An open serial device: bytes in and out, and its loss. */
export interface SerialDevice {
  /** The path that it was opened by. */
  readonly path: string;
  /** What did not go as the settings say, in words. */
  readonly notices?: readonly string[];
  /** Its lines are what they were set to, so that there is nothing to look for. */
  readonly steadyLines?: boolean;
  /** Begins to deliver; called once, right after the device was opened. */
  start(events: DeviceEvents): void;
  /** `done` is called when the system has taken all of the chunk, or with the failure; its memory is used again then. */
  write(chunk: Buffer, done: (error?: Error | null) => void): void;
  /** Stops reading, so that a device with flow control waits. */
  pause(): void;
  resume(): void;
  /** Brings an open device to other settings. */
  update(settings: SerialSettings): Promise<void>;
  /** The modem lines; rejects where the device has none. */
  getLines(): Promise<Signals>;
  /** Sets the lines that are named, both in one step; rejects where the device has none. */
  setLines(lines: OutputLines): Promise<void>;
  setBreak(on: boolean): Promise<void>;
  /** Resolves when what was written has left the device, or after a time in which that should have been possible. */
  drain(): Promise<void>;
  /** Lets go of the device; what the system has not sent by then may still go out. */
  close(): Promise<void>;
}

export type OpenDevice = (path: string, settings: SerialSettings) => Promise<SerialDevice>;

/** DI token of the function that opens devices: tests put another in its place. */
export const OPEN_DEVICE = Symbol('OPEN_DEVICE');

/** The device cannot be opened; the message says why and what to do. */
export class DeviceUnavailable extends DeviceTrouble {
  constructor(path: string, trouble: TroubleCode, why: string, cause?: unknown) {
    super('DEVICE_UNAVAILABLE', 503, trouble, `Cannot open ${path}: ${why}`, { cause });
  }
}

/** The device did not take new settings; it goes on with the old ones. */
export class DeviceRefused extends AppError {
  constructor(label: string, cause: unknown) {
    super('DEVICE_REFUSED', 409, `The device of ${label} did not take the settings: ${sentence(cause)}`, {
      cause,
    });
  }
}
