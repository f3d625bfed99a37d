import { close, constants, open } from 'node:fs';
import type { ReadStream } from 'node:tty';
import { promisify } from 'node:util';
import type { OutputLines, Signals } from '../protocol/codec.js';
import { loadIoctl } from './ioctl.js';
import { BindingLines, IoctlLines, ModemLines } from './modem-lines.js';
import { checkAvailable, openFailure } from './device-access.js';
import { DeviceEvents, SerialDevice, SerialSettings } from './serial-device.js';
import { extraFormat, isStandardBaudrate, stty, wholeFormat } from './stty.js';
import { TtyBinding, TtyOptions } from './tty-binding.js';
import { TtyReader } from './tty-reader.js';

const openFile = promisify(open);
const closeFile = promisify(close);

/**
 * A tty of Linux. serialport's binding opens and configures it; its bytes go over a second descriptor in libuv's own
 * loop (`tty.ReadStream`), since the binding's reads wait for a thread of the pool.
 */
export class LinuxDevice implements SerialDevice {
  #events: DeviceEvents | undefined;
  #closing: Promise<void> | undefined;
  /** Why it is gone, once it is. */
  #gone: string | undefined;
  private readonly stream: ReadStream;

  private constructor(
    readonly path: string,
    private readonly binding: TtyBinding,
    private readonly fd: number,
    private readonly lines: ModemLines,
    private settings: SerialSettings,
    readonly notices: readonly string[],
  ) {
    const { stream } = new TtyReader(fd, (chunk) => this.#events?.data(chunk) ?? true);
    this.stream = stream;
    stream.on('error', (error) => this.#lose(isHangUp(error) ? HUNG_UP : error.message));
    // A pulled adapter ends the stream; it gives no error.
    stream.on('end', () => this.#lose(HUNG_UP));
    stream.on('close', () => this.#lose(HUNG_UP));
  }

  /** @throws DeviceUnavailable */
  static async open(path: string, settings: SerialSettings): Promise<LinuxDevice> {
    const lock = settings.exclusive !== false;
    await checkAvailable(path, lock);
    let binding: TtyBinding | undefined;
    let fd: number | undefined;
    try {
      binding = await TtyBinding.open(path, { ...bindingOptions(settings), lock });
      // By the descriptor, not the path: that may mean another device by now. The binding's open comes first since it
      // sets CLOCAL, without which the stream's own open would wait for a carrier and stop the whole process.
      fd = await openFile(
        `/proc/self/fd/${binding.fd}`,
        constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK,
      );
      const extra = extraFormat(settings);
      if (extra.length) await stty(fd, extra);
      const ioctl = await loadIoctl();
      const lines = ioctl ? new IoctlLines(ioctl, fd) : new BindingLines(binding);
      return new LinuxDevice(path, binding, fd, lines, settings, await unmet(binding, settings));
    } catch (error) {
      if (fd !== undefined) await closeFile(fd);
      await binding?.close();
      throw await openFailure(path, error as Error);
    }
  }

  start(events: DeviceEvents): void {
    this.#events = events;
    if (this.#gone === undefined) this.stream.resume();
    else queueMicrotask(() => this.#lose(this.#gone as string));
  }

  write(chunk: Buffer, done: (error?: Error | null) => void): void {
    this.stream.write(chunk, done);
  }

  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }

  async update(settings: SerialSettings): Promise<void> {
    try {
      await this.#setFormat(settings);
    } catch (error) {
      // stty may have done a part of it.
      await this.#setFormat(this.settings).catch(() => {});
      throw error;
    }
    this.settings = settings;
  }

  getLines(): Promise<Signals> {
    return this.lines.get();
  }

  setLines(lines: OutputLines): Promise<void> {
    return this.lines.set(lines);
  }

  setBreak(on: boolean): Promise<void> {
    return this.lines.setBreak(on);
  }

  async drain(): Promise<void> {
    // What the driver has then given to the hardware is small and goes out by itself.
    if (await this.#sent()) await this.binding.drain();
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#events = undefined;
    if (!this.stream.closed) {
      await new Promise<void>((resolve) => {
        this.stream.once('close', resolve);
        this.stream.destroy();
      });
    }
    // What a blocked device does not take would hold the last close, and a thread with it, for 30 s.
    if (!(await this.#sent())) await this.binding.flush().catch(() => {});
    // The stream worked on a descriptor of its own and leaves this one open, which would keep DTR up and the name taken.
    await closeFile(this.fd);
    await this.binding.close();
  }

  /**
   * Waits until the driver has nothing left to send, for as long as the baud rate makes of it.
   * @returns false when it still has; true also where it cannot be asked
   */
  async #sent(): Promise<boolean> {
    const start = performance.now();
    let limit: number | undefined;
    for (;;) {
      const bytes = await this.lines.unsent();
      if (!bytes) return true;
      limit ??= Math.min(MARGIN_MS + (bytes * BITS_PER_BYTE * 1000) / this.settings.baudrate, LONGEST_MS);
      if (performance.now() - start > limit) return false;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async #setFormat(settings: SerialSettings): Promise<void> {
    await stty(this.fd, wholeFormat(settings));
    if (!isStandardBaudrate(settings.baudrate)) await this.binding.setBaudRate(settings.baudrate);
  }

  #lose(reason: string): void {
    this.#gone ??= reason;
    const events = this.#events;
    this.#events = undefined;
    events?.lost(reason);
  }
}

/** Looks at what is still to be sent, this often, and for this long beyond what the baud rate makes of it. */
const LOOK_MS = 2;
const MARGIN_MS = 1000;
/** The kernel itself gives a close no more (closing_wait). */
const LONGEST_MS = 30_000;
const BITS_PER_BYTE = 11;

const HUNG_UP = 'it was unplugged or hung up';
/** What a tty answers after a hang-up, by driver and direction. */
const isHangUp = (error: NodeJS.ErrnoException) =>
  ['EIO', 'EPIPE', 'ENXIO', 'ENODEV'].includes(error.code ?? '');

/** Part of the baud rate by which a driver may be off; beyond that a UART does not read what another sends. */
const BAUDRATE_TOLERANCE = 0.05;

/** Drivers take a baud rate that they do not have without a word and keep another. */
async function unmet(binding: TtyBinding, { baudrate }: SerialSettings): Promise<string[]> {
  const actual = await binding.baudRate().catch(() => baudrate);
  if (Math.abs(actual - baudrate) <= baudrate * BAUDRATE_TOLERANCE) return [];
  return [`the driver cannot do ${baudrate} baud and runs at ${actual}`];
}

function bindingOptions(settings: SerialSettings): Omit<TtyOptions, 'lock'> {
  return {
    baudRate: settings.baudrate,
    dataBits: settings.bytesize,
    // CSTOPB means two stop bits, and 1.5 at five data bits; pyserial sets the same for 1.5.
    stopBits: settings.stopbits === 1 ? 1 : 2,
    parity: ({ N: 'none', E: 'even', O: 'odd', M: 'odd', S: 'even' } as const)[settings.parity],
    rtscts: settings.rtscts,
    xon: settings.xonxoff,
    xoff: settings.xonxoff,
  };
}
