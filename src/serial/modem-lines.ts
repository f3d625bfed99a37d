import type { BindingPortInterface } from '@serialport/bindings-cpp';
import type { OutputLines, Signals } from '../protocol/codec.js';
import { Ioctl, TIOCCBRK, TIOCMBIC, TIOCMBIS, TIOCMGET, TIOCMSET, TIOCOUTQ, TIOCSBRK } from './ioctl.js';

/** The modem lines and the break of an open device. Each call rejects where the driver has no such thing. */
export interface ModemLines {
  get(): Promise<Signals>;
  /** Sets the lines that are named, both in one step. */
  set(lines: OutputLines): Promise<void>;
  setBreak(on: boolean): Promise<void>;
  /** Bytes that the driver has still to send; undefined where it cannot be asked. */
  unsent(): Promise<number | undefined>;
}

/** The bits of TIOCMGET, asm-generic/termios.h. */
const BITS: Record<keyof Signals, number> = {
  dtr: 0x002,
  rts: 0x004,
  cts: 0x020,
  cd: 0x040,
  ri: 0x080,
  dsr: 0x100,
};
const INT_BYTES = 4;

export class IoctlLines implements ModemLines {
  constructor(
    private readonly ioctl: Ioctl,
    private readonly fd: number,
  ) {}

  async get(): Promise<Signals> {
    const bits = await this.#ask(TIOCMGET);
    const is = (line: keyof Signals) => (bits & BITS[line]) !== 0;
    return { rts: is('rts'), dtr: is('dtr'), cts: is('cts'), dsr: is('dsr'), ri: is('ri'), cd: is('cd') };
  }

  async set({ rts, dtr }: OutputLines): Promise<void> {
    const up = (rts ? BITS.rts : 0) | (dtr ? BITS.dtr : 0);
    const down = (rts === false ? BITS.rts : 0) | (dtr === false ? BITS.dtr : 0);
    if (up && down) await this.#tell(TIOCMSET, ((await this.#ask(TIOCMGET)) & ~down) | up);
    else if (up) await this.#tell(TIOCMBIS, up);
    else if (down) await this.#tell(TIOCMBIC, down);
  }

  setBreak(on: boolean): Promise<void> {
    return this.#tell(on ? TIOCSBRK : TIOCCBRK, 0);
  }

  unsent(): Promise<number | undefined> {
    return this.#ask(TIOCOUTQ).catch(() => undefined);
  }

  async #ask(request: number): Promise<number> {
    const value = Buffer.alloc(INT_BYTES);
    await this.ioctl(this.fd, request, value);
    return value.readInt32LE();
  }

  async #tell(request: number, bits: number): Promise<void> {
    const value = Buffer.alloc(INT_BYTES);
    value.writeInt32LE(bits);
    await this.ioctl(this.fd, request, value);
  }
}

/** By serialport's binding, which cannot read RI, RTS and DTR: RI reads false, the others as they were set last. */
export class BindingLines implements ModemLines {
  /** The system raises both when it opens a device. */
  #outputs = { rts: true, dtr: true };

  constructor(private readonly binding: Pick<BindingPortInterface, 'get' | 'set'>) {}

  async get(): Promise<Signals> {
    const { cts, dsr, dcd } = await this.binding.get();
    return { ...this.#outputs, cts, dsr, cd: dcd, ri: false };
  }

  async set(lines: OutputLines): Promise<void> {
    const outputs = { ...this.#outputs, ...lines };
    // It resets every line that is not named.
    await this.binding.set(outputs);
    this.#outputs = outputs;
  }

  setBreak(on: boolean): Promise<void> {
    return this.binding.set({ ...this.#outputs, brk: on });
  }

  unsent(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}
