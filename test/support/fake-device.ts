import type { OutputLines, Signals } from '../../src/protocol/codec.js';
import type { DeviceEvents, SerialDevice } from '../../src/serial/serial-device.js';

/** A device whose every move a test decides, for what no real one does on demand. */
export class FakeDevice implements SerialDevice {
  readonly path = '/dev/fake';
  /** What was done with it, in order. */
  readonly calls: string[] = [];
  events: DeviceEvents | undefined;
  lines: Signals | Error = { rts: true, dtr: true, cts: false, dsr: false, ri: false, cd: false };
  /** While true, it takes nothing. */
  blocked = false;
  #taken: (() => void)[] = [];

  start(events: DeviceEvents): void {
    this.events = events;
  }

  write(chunk: Buffer, done: (error?: Error | null) => void): void {
    const take = () => {
      this.calls.push(`write ${chunk.toString('latin1')}`);
      done();
    };
    if (this.blocked) this.#taken.push(take);
    else setImmediate(take);
  }

  /** Takes what waited. */
  unblock(): void {
    this.blocked = false;
    for (const take of this.#taken.splice(0)) take();
  }

  pause(): void {
    this.calls.push('pause');
  }

  resume(): void {
    this.calls.push('resume');
  }

  update(): Promise<void> {
    this.calls.push('update');
    return Promise.resolve();
  }

  async getLines(): Promise<Signals> {
    if (this.lines instanceof Error) throw this.lines;
    return Promise.resolve({ ...this.lines });
  }

  async setLines(lines: OutputLines): Promise<void> {
    if (this.lines instanceof Error) throw this.lines;
    this.calls.push(`lines ${JSON.stringify(lines)}`);
    Object.assign(this.lines, lines);
    return Promise.resolve();
  }

  setBreak(on: boolean): Promise<void> {
    this.calls.push(`break ${on ? 'on' : 'off'}`);
    return Promise.resolve();
  }

  drain(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.calls.push('close');
    return Promise.resolve();
  }
}
