import type { HoldBack } from './hold-back.js';
import type { PortSignals } from './port-signals.js';
import type { SerialDevice } from './serial-device.js';
import type { WriteQueue } from './write-queue.js';

/** What a port has of its device. */
export type Link =
  | { state: 'closed' }
  | { state: 'opening'; done: Promise<void> }
  | OpenLink
  | { state: 'closing'; done: Promise<void> };

export interface OpenLink {
  state: 'open';
  readonly device: SerialDevice;
  readonly queue: WriteQueue;
  readonly holdBack: HoldBack;
  readonly signals: PortSignals;
  /** The device waits for its clients. */
  paused: boolean;
  /** Nobody is left, and the device has still to take what was written for it. */
  linger?: NodeJS.Timeout | undefined;
}
