/** The server under load, as users start it, and what can be measured of it from outside. */
import { readdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { launch } from '../children.mjs';
import { cpuSeconds, residentMiB } from '../proc.mjs';
import { LogBook } from './log-book.mjs';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const MAIN = process.env.SER2TCP_MAIN ?? path('../../dist/main.js');
const START_MS = 30_000;
const STOP_MS = 10_000;
const ANSWER_MS = 10_000;

export class Server {
  #process;
  #answers;

  /** @param file path of its configuration, which is written */
  constructor(file, document) {
    this.file = file;
    writeFileSync(file, JSON.stringify(document, null, 2));
    const args = ['--import', path('probe.mjs'), MAIN, '-v', '--log-format', 'json', '-c', file];
    this.#process = launch(process.execPath, args, ['ignore', 'ignore', 'pipe', 'pipe']);
    this.log = new LogBook(this.#process.child.stderr);
    this.#answers = createInterface({ input: this.#process.child.stdio[3] });
  }

  get pid() {
    return this.#process.pid;
  }

  get alive() {
    return this.#process.alive();
  }

  get descriptors() {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  get residentMiB() {
    return residentMiB(this.pid);
  }

  async started() {
    if (!(await this.log.said(/^serving /, START_MS))) throw new Error('the server did not start');
  }

  reload() {
    this.#process.child.kill('SIGHUP');
  }

  /** What it holds when nobody is there: without garbage. */
  async measure() {
    const answer = new Promise((resolve) => this.#answers.once('line', resolve));
    this.#process.child.kill('SIGUSR2');
    const late = sleep(ANSWER_MS, undefined, { ref: false }).then(() =>
      Promise.reject(new Error('the server does not answer')),
    );
    const { heapUsed, external, code } = JSON.parse(await Promise.race([answer, late]));
    // Pages that were freed go back to the system a little later.
    await sleep(500);
    const mib = (bytes) => bytes / 2 ** 20;
    return {
      residentMiB: this.residentMiB,
      heapMiB: mib(heapUsed + external),
      codeMiB: mib(code),
      descriptors: this.descriptors,
    };
  }

  /** Cores that it keeps busy for so long. */
  async busyFor(seconds) {
    const [cpu, at] = [cpuSeconds(this.pid), performance.now()];
    await sleep(seconds * 1000);
    return ((cpuSeconds(this.pid) - cpu) * 1000) / (performance.now() - at);
  }

  /** Ends it as a service manager does. @returns how it ended */
  async stop() {
    this.#process.child.kill('SIGTERM');
    const late = sleep(STOP_MS, 'not within 10 s of SIGTERM', { ref: false });
    const how = await Promise.race([this.#process.ended, late]);
    await this.#process.stop();
    return how;
  }
}
