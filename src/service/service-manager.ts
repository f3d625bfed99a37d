import { Logger } from '@nestjs/common';
import { setTimeout as passed } from 'node:timers/promises';
import { sentence } from '../errors.js';
import { type Notify, openNotifySocket } from './notify-socket.js';

/** How often the line that `systemctl status` shows is looked at. */
const STATUS_MS = 5000;
/** How long the end of the program waits for a manager that takes no messages. */
const STOPPING_MS = 2000;

/**
 * Tells the service manager that started this program how it is (`Type=notify`). Without one, nothing happens. Messages go out
 * in their order.
 */
export class ServiceManager {
  readonly #log = new Logger('service');
  readonly #socket = process.env['NOTIFY_SOCKET'];
  #notify: Promise<Notify> | undefined;
  #last: Promise<void> = Promise.resolve();
  #failed = false;
  #status = '';
  #timers: NodeJS.Timeout[] = [];

  /** The program serves; from now on its event loop shows that it lives, as often as the manager asks for. */
  async ready(status: () => string): Promise<void> {
    if (!this.#socket) return;
    const every = watchdogMs();
    if (every !== undefined)
      this.#timers.push(setInterval(() => void this.#send('WATCHDOG=1'), every / 2).unref());
    this.#timers.push(setInterval(() => this.#tellStatus(status()), STATUS_MS).unref());
    this.#status = status();
    await this.#send('READY=1', `STATUS=${this.#status}`);
  }

  /** Around a reload: the manager waits until it is done. */
  async reloading(reload: () => Promise<void>): Promise<void> {
    const microseconds = process.hrtime.bigint() / 1000n;
    await this.#send('RELOADING=1', `MONOTONIC_USEC=${microseconds}`);
    await reload();
    await this.#send('READY=1');
  }

  /** Done when the manager was told, or after 2 s. The process must not end before. */
  async stopping(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const limit = passed(STOPPING_MS, undefined, { ref: false });
    await Promise.race([this.#send('STOPPING=1', 'STATUS=stopping'), limit]);
  }

  #tellStatus(status: string): void {
    if (status === this.#status) return;
    this.#status = status;
    void this.#send(`STATUS=${status}`);
  }

  #send(...lines: string[]): Promise<void> {
    if (!this.#socket) return Promise.resolve();
    const address = this.#socket;
    this.#last = this.#last.then(async () => {
      try {
        const notify = await (this.#notify ??= openNotifySocket(address));
        await notify(`${lines.join('\n')}\n`);
        this.#failed = false;
      } catch (error) {
        if (!this.#failed) this.#log.error(`the service manager cannot be told: ${sentence(error)}`);
        this.#failed = true;
      }
    });
    return this.#last;
  }
}

/** Milliseconds in which the manager wants a sign of life; see sd_watchdog_enabled(3). */
function watchdogMs(): number | undefined {
  const { WATCHDOG_USEC, WATCHDOG_PID } = process.env;
  const forThis = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid;
  const ms = Number(WATCHDOG_USEC) / 1000;
  return forThis && ms > 0 ? ms : undefined;
}
