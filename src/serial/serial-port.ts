import { isDeepStrictEqual } from 'node:util';
import type { Farewell, OutputLines } from '../protocol/codec.js';
import type { OnLimit } from '../config/server.dto.js';
import type { SerialDto } from '../config/serial.dto.js';
import { sentence } from '../errors.js';
import { PlaceLog } from '../log-record.js';
import { BusyPoll } from './busy-poll.js';
import { troubleOf } from './device-trouble.js';
import { FanOut } from './fan-out.js';
import { checkDevice } from './find-device.js';
import { HoldBack } from './hold-back.js';
import { PortChanges } from './port-changes.js';
import type { PortClient, PortSetup, Tap } from './port-client.js';
import type { Link } from './port-link.js';
import { BEHIND_BYTES, LINGER_MS, BITS_PER_BYTE } from './port-limits.js';
import { PortRecord } from './port-record.js';
import { PortSignals } from './port-signals.js';
import { DeviceRefused, OpenDevice, SerialDevice } from './serial-device.js';
import { TASK_BYTES, WriteQueue } from './write-queue.js';

/**
 * A configured port. It opens its device for the first client, hands the device's bytes to all of them, queues what
 * they write, and closes the device after the last one left.
 */
export class SerialPort {
  readonly record = new PortRecord();
  /** They stay whatever becomes of the device, and do not keep it open. */
  readonly taps = new Set<Tap>();
  readonly #clients = new Set<PortClient>();
  readonly #fanOut = new FanOut();
  readonly #busyPoll = new BusyPoll();
  #log: PlaceLog;
  #link: Link = { state: 'closed' };
  #life: 'serving' | 'stopping' | 'removed' = 'serving';
  #whenDrained: (() => void) | undefined;

  constructor(
    private setup: PortSetup,
    private readonly openDevice: OpenDevice,
    private readonly findDevice: (serial: SerialDto) => Promise<string>,
    private readonly changes = new PortChanges(),
  ) {
    this.#log = new PlaceLog({ port: setup.label });
  }

  get label(): string {
    return this.setup.label;
  }

  get state(): Link['state'] {
    return this.#link.state;
  }

  /** Whether it has all the clients that it may have. */
  get full(): boolean {
    return this.setup.max_connections > 0 && this.#clients.size >= this.setup.max_connections;
  }

  /** What to do with a client that comes when it is full. */
  get onLimit(): OnLimit {
    return this.setup.on_limit;
  }

  /** In the order in which they came. */
  get clients(): readonly PortClient[] {
    return [...this.#clients];
  }

  /** Looks whether the device is there and may be opened, without opening it; @throws DeviceUnavailable when not. */
  check(find = this.findDevice): Promise<void> {
    return checkDevice(this.setup.serial, find);
  }

  /**
   * Lets a client take part; the device is open when this resolves.
   * @throws DeviceUnavailable
   */
  async join(client: PortClient): Promise<void> {
    this.#clients.add(client);
    try {
      // Others may close it again while this one waits.
      while (this.#link.state !== 'open') await this.#open();
    } catch (error) {
      this.#clients.delete(client);
      throw error;
    }
    // It may have left in the meantime, and perhaps was the only one.
    if (!this.#clients.has(client)) return this.#release();
    clearTimeout(this.#link.linger);
    this.#link.linger = undefined;
    this.#fanOut.add(client);
    this.#link.holdBack.joined(client);
    if (client.watcher) this.#link.signals.watch(client.watcher);
    this.caughtUp();
  }

  leave(client: PortClient): void {
    if (!this.#clients.delete(client)) return;
    this.#fanOut.remove(client);
    if (this.#link.state === 'open') {
      this.#link.holdBack.left(client);
      if (client.watcher) this.#link.signals.unwatch(client.watcher);
    }
    this.#release();
    this.caughtUp();
  }

  /** Queues a copy of a client's bytes for the device; the client is paused while the device does not drain. */
  write(client: PortClient, chunk: Buffer): void {
    if (this.#link.state !== 'open') return;
    this.#busyPoll.heard('client', chunk.length);
    this.#link.queue.push(chunk);
    this.changed('bytes');
    this.#link.holdBack.wrote(client, chunk.length);
  }

  /** Sets lines for a client, in their place among its bytes. */
  setLines(client: PortClient, lines: OutputLines): void {
    if (this.#link.state !== 'open') return;
    void this.#link.signals.set(lines);
    this.#link.holdBack.wrote(client, TASK_BYTES);
  }

  /** A break of at most 5 s, in its place among the bytes; done when it is over. */
  async sendBreak(ms: number): Promise<void> {
    if (this.#link.state === 'open') await this.#link.signals.sendBreak(ms);
  }

  /** The lines of the open device; undefined while it is closed. */
  get signals(): PortSignals | undefined {
    return this.#link.state === 'open' ? this.#link.signals : undefined;
  }

  /** The path of the open device; undefined while it is closed. */
  get devicePath(): string | undefined {
    return this.#link.state === 'open' ? this.#link.device.path : undefined;
  }

  /** Bytes that wait for the device. */
  get queuedBytes(): number {
    return this.#link.state === 'open' ? this.#link.queue.bytes : 0;
  }

  /** Tells whoever shows the port that it is not what it was, or only its bytes. */
  changed(what: 'port' | 'bytes' = 'port'): void {
    this.changes.emit(what, this);
  }

  /** Bytes that wait for the device, and what counts like them. */
  get queued(): number {
    return this.#link.state === 'open' ? this.#link.queue.load : 0;
  }

  /** A client took what it was sent: a device that waited for its clients goes on. */
  caughtUp(): void {
    if (this.#link.state !== 'open' || !this.#link.paused || this.#allBehind()) return;
    this.#link.paused = false;
    this.#link.device.resume();
  }

  /**
   * Other settings for the same device. An open one takes its baud rate and format at once; what belongs to opening it
   * (`exclusive`, `hupcl`, `dtr`, `rts`) waits for the next time.
   * @throws DeviceRefused; the port has its old settings then
   */
  async update(setup: PortSetup): Promise<void> {
    const previous = this.setup;
    this.setup = setup;
    if (setup.label !== previous.label) this.#log = new PlaceLog({ port: setup.label });
    this.changed();
    if (isDeepStrictEqual(setup.serial, previous.serial)) return;
    if (this.#link.state === 'opening') await this.#link.done.catch(() => {});
    if (this.#link.state !== 'open') return;
    await this.#link.device.update(setup.serial).catch((error: unknown) => {
      this.setup = previous;
      throw new DeviceRefused(this.label, error);
    });
  }

  /** Ends the port for good. */
  async remove(reason: string): Promise<void> {
    this.#life = 'removed';
    await this.#dismissAll(reason);
  }

  /** Ends the port when what was queued for the device has gone out, or after `ms`. Clients are not read any more. */
  async drainAndRemove(reason: string, ms: number): Promise<void> {
    this.#life = 'stopping';
    if (this.#link.state === 'open') this.#link.holdBack.stop();
    for (const client of this.#clients) client.pause();
    if (this.queued > 0) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#whenDrained = resolve;
        timer = setTimeout(resolve, ms);
      });
      clearTimeout(timer);
    }
    await this.remove(reason);
  }

  async #open(): Promise<void> {
    if (this.#life !== 'serving') throw new Error('the port was removed');
    const link = this.#link;
    if (link.state === 'open') return;
    if (link.state === 'closed') this.#to({ state: 'opening', done: this.#openDevice() });
    await (this.#link as { done: Promise<void> }).done;
  }

  #to(link: Link): void {
    this.#link = link;
    this.record.openSince = link.state === 'open' ? new Date() : undefined;
    this.changed();
  }

  async #openDevice(): Promise<void> {
    try {
      const { port: _port, match: _match, ...settings } = this.setup.serial;
      const path = await this.findDevice(this.setup.serial);
      const device = await this.openDevice(path, settings);
      await this.#setLines(device);
      const queue = new WriteQueue(device, {
        giving: (chunk) => this.taps.forEach((tap) => tap.sent(chunk)),
        taken: (bytes) => this.#taken(bytes),
        failed: (error) => this.#lost(sentence(error)),
      });
      const holdBack = new HoldBack(queue, () => this.setup.serial.baudrate);
      const signals = new PortSignals(device, queue, () => this.#log);
      this.record.failure = undefined;
      this.#to({ state: 'open', device, queue, holdBack, signals, paused: false });
      device.start({ data: (chunk) => this.#received(chunk), lost: (reason) => this.#lost(reason) });
      this.#log.log(`opened ${path}`);
      for (const notice of device.notices ?? []) this.#log.warn(`${path}: ${notice}`);
    } catch (error) {
      this.record.failure = troubleOf(error);
      this.#to({ state: 'closed' });
      throw error;
    }
  }

  /** The lines as the configuration wants them at open; one that it does not name is left as the system has it. */
  async #setLines(device: SerialDevice): Promise<void> {
    const { rts, dtr } = this.setup.serial;
    if (rts === undefined && dtr === undefined) return;
    await device
      .setLines({ ...(rts !== undefined && { rts }), ...(dtr !== undefined && { dtr }) })
      .catch((error: unknown) => {
        this.#log.warn(`${device.path} does not take its rts and dtr settings: ${sentence(error)}`);
      });
  }

  /** @returns whether nobody needs the bytes any more */
  #received(chunk: Buffer): boolean {
    this.record.bytesRead += chunk.length;
    this.#busyPoll.heard('device', chunk.length);
    this.changed('bytes');
    const free = this.#fanOut.push(chunk);
    for (const tap of this.taps) tap.received(chunk);
    if (this.#link.state === 'open' && !this.#link.paused && this.#allBehind()) {
      this.#link.paused = true;
      this.#link.device.pause();
    }
    return free;
  }

  #allBehind(): boolean {
    let behind = false;
    for (const { data, backlog } of this.#clients) {
      if (data && backlog < BEHIND_BYTES) return false;
      behind ||= data;
    }
    return behind;
  }

  /** The device took a part of what waits for it. */
  #taken(bytes: number): void {
    this.record.bytesWritten += bytes;
    this.changed('bytes');
    if (this.#link.state === 'open') this.#link.holdBack.taken();
    if (this.queued > 0) return;
    this.#whenDrained?.();
    this.#release();
  }

  /** Closes the device when nobody is left, as soon as it has what was written for it. */
  #release(): void {
    const link = this.#link;
    if (this.#clients.size > 0 || link.state !== 'open') return;
    if (link.queue.idle) {
      this.#close('closed');
      return;
    }
    const onTheLine = (link.queue.bytes * BITS_PER_BYTE * 1000) / this.setup.serial.baudrate;
    link.linger ??= setTimeout(() => this.#close('closed'), LINGER_MS + onTheLine);
  }

  #lost(reason: string): void {
    if (this.#link.state !== 'open') return;
    this.#fanOut.flush();
    this.#log.warn(`lost ${this.#link.device.path}: ${reason}`);
    this.record.losses++;
    this.record.failure = { code: 'lost', reason: `The device was lost: ${reason}` };
    this.#close('lost');
    this.#dismiss(`the device was lost: ${reason}`, 'failed');
  }

  async #dismissAll(reason: string): Promise<void> {
    this.#fanOut.flush();
    this.#dismiss(reason);
    if (this.#link.state === 'opening') await this.#link.done.catch(() => {});
    this.#close('closed');
    if (this.#link.state === 'closing') await this.#link.done;
  }

  #dismiss(reason: string, why: Farewell = 'away'): void {
    for (const client of this.#clients) {
      this.leave(client);
      client.dismiss(reason, why);
    }
  }

  #close(how: 'closed' | 'lost'): void {
    if (this.#link.state !== 'open') return;
    const { device, queue, holdBack, signals, linger } = this.#link;
    clearTimeout(linger);
    const unsent = queue.stop();
    if (unsent > 0) this.#log.warn(`${unsent} bytes from clients did not reach ${device.path}`);
    holdBack.stop();
    const done = signals
      .close()
      .then(() => device.close())
      .catch((error: unknown) => this.#log.warn(`closing ${device.path}: ${sentence(error)}`))
      .then(() => {
        this.#to({ state: 'closed' });
        if (how === 'closed') this.#log.log(`closed ${device.path}`);
        else this.changes.emit('lost', this);
      });
    this.#to({ state: 'closing', done });
  }
}
