import {
  asyncClose,
  asyncDrain,
  asyncFlush,
  asyncGet,
  asyncGetBaudRate,
  asyncOpen,
  asyncSet,
  asyncUpdate,
} from '@serialport/bindings-cpp/dist/load-bindings.js';

/** What the binding takes for an open; it fills in nothing by itself. */
export interface TtyOptions {
  baudRate: number;
  dataBits: 5 | 6 | 7 | 8;
  parity: 'none' | 'even' | 'odd';
  stopBits: 1 | 2;
  rtscts: boolean;
  xon: boolean;
  xoff: boolean;
  /** An exclusive flock. */
  lock: boolean;
}

/** The rest of a raw tty. It can only set HUPCL, and does so when told; stty brings it to what the settings say, if they do. */
const RAW = { vmin: 1, vtime: 0, xany: false, hupcl: false };

/**
 * An open tty by the native functions of serialport's binding. Its class `LinuxPortBinding` has them too, but makes a poller
 * for each open that is never freed (`Poller::destroy` in src/poller.cpp): some 2 KiB each time, and no byte is read by it
 * here. Each call rejects with the words of the binding.
 */
export class TtyBinding {
  #open = true;

  private constructor(readonly fd: number) {}

  static async open(path: string, options: TtyOptions): Promise<TtyBinding> {
    return new TtyBinding((await asyncOpen(path, { ...RAW, ...options })) as number);
  }

  async get(): Promise<{ cts: boolean; dsr: boolean; dcd: boolean }> {
    return (await asyncGet(this.#fd())) as { cts: boolean; dsr: boolean; dcd: boolean };
  }

  /** A line that is not named goes down, and a break ends. */
  async set(lines: { dtr?: boolean; rts?: boolean; brk?: boolean }): Promise<void> {
    await asyncSet(this.#fd(), lines);
  }

  async baudRate(): Promise<number> {
    return ((await asyncGetBaudRate(this.#fd())) as { baudRate: number }).baudRate;
  }

  async setBaudRate(baudRate: number): Promise<void> {
    await asyncUpdate(this.#fd(), { baudRate });
  }

  /** Waits in a thread until all is sent. */
  async drain(): Promise<void> {
    await asyncDrain(this.#fd());
  }

  /** Throws away what is not sent or read yet. */
  async flush(): Promise<void> {
    await asyncFlush(this.#fd());
  }

  async close(): Promise<void> {
    const fd = this.#fd();
    this.#open = false;
    await asyncClose(fd);
  }

  /** By the time of a late call the system may have given the number to something else. */
  #fd(): number {
    if (!this.#open) throw new Error('the port is not open');
    return this.fd;
  }
}
