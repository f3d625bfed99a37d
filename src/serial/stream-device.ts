import { autoDetect, AutoDetectTypes } from '@serialport/bindings-cpp';
import { SerialPortStream } from '@serialport/stream';
import type { OutputLines, Signals } from '../protocol/codec.js';
import { BindingLines, ModemLines } from './modem-lines.js';
import { sentence } from '../errors.js';
import type { TroubleCode } from './device-trouble.js';
import { DeviceEvents, DeviceUnavailable, SerialDevice, SerialSettings } from './serial-device.js';

/** What the bindings only set when they open a device. */
const FORMAT = ['bytesize', 'parity', 'stopbits', 'rtscts', 'xonxoff'] as const;
const PARITIES = { N: 'none', E: 'even', O: 'odd', M: 'mark', S: 'space' } as const;

/** A device by serialport's own stream, for systems other than Linux. */
export class StreamDevice implements SerialDevice {
  #events: DeviceEvents | undefined;
  #modem: ModemLines | undefined;

  private constructor(
    readonly path: string,
    private readonly stream: SerialPortStream<AutoDetectTypes>,
    private readonly settings: SerialSettings,
  ) {
    stream.on('error', (error: Error) => this.#lose(error.message));
    stream.on('close', (error?: Error) => this.#lose(error?.message ?? 'it was closed'));
  }

  /** @throws DeviceUnavailable */
  static async open(path: string, settings: SerialSettings): Promise<StreamDevice> {
    const stream = new SerialPortStream({
      binding: autoDetect(),
      path,
      autoOpen: false,
      baudRate: settings.baudrate,
      dataBits: settings.bytesize,
      stopBits: settings.stopbits,
      // The bindings differ in what they can; one that cannot says so when it opens.
      parity: PARITIES[settings.parity],
      rtscts: settings.rtscts,
      xon: settings.xonxoff,
      xoff: settings.xonxoff,
      lock: settings.exclusive !== false,
      hupcl: settings.hupcl ?? true,
    });
    try {
      await new Promise<void>((resolve, reject) =>
        stream.open((error) => (error ? reject(error) : resolve())),
      );
    } catch (error) {
      const why = sentence(error);
      throw new DeviceUnavailable(path, troubleIn(why), why, error);
    }
    return new StreamDevice(path, stream, settings);
  }

  start(events: DeviceEvents): void {
    this.#events = events;
    this.stream.on('data', (chunk: Buffer) => this.#events?.data(chunk));
  }

  write(chunk: Buffer, done: (error?: Error | null) => void): void {
    this.stream.write(chunk, undefined, done);
  }

  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }

  update(settings: SerialSettings): Promise<void> {
    const fixed = FORMAT.find((key) => settings[key] !== this.settings[key]);
    if (fixed)
      return Promise.reject(
        new Error(
          `on this system "${fixed}" of an open device cannot be changed; disconnect its clients first`,
        ),
      );
    return new Promise((resolve, reject) =>
      this.stream.update({ baudRate: settings.baudrate }, (error) => (error ? reject(error) : resolve())),
    );
  }

  getLines(): Promise<Signals> {
    return this.#lines().get();
  }

  setLines(lines: OutputLines): Promise<void> {
    return this.#lines().set(lines);
  }

  setBreak(on: boolean): Promise<void> {
    return this.#lines().setBreak(on);
  }

  drain(): Promise<void> {
    return new Promise((resolve, reject) =>
      this.stream.drain((error) => (error ? reject(error) : resolve())),
    );
  }

  close(): Promise<void> {
    this.#events = undefined;
    if (!this.stream.isOpen) return Promise.resolve();
    return new Promise((resolve, reject) =>
      this.stream.close((error) => (error ? reject(error) : resolve())),
    );
  }

  #lines(): ModemLines {
    if (!this.stream.port) throw new Error('the device is closed');
    return (this.#modem ??= new BindingLines(this.stream.port));
  }

  #lose(reason: string): void {
    const events = this.#events;
    this.#events = undefined;
    events?.lost(reason);
  }
}

/** As @serialport/bindings-cpp words what macOS and Windows answer; a device that another program has open is "Access denied" in Windows. */
function troubleIn(why: string): TroubleCode {
  if (/no such file|file not found/i.test(why)) return 'missing';
  if (/busy|cannot lock|access denied/i.test(why)) return 'busy';
  return /permission denied/i.test(why) ? 'denied' : 'failed';
}
