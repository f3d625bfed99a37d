/** What the server says: counted, and kept for those who look for the reason of what happened to them. */
import { createInterface } from 'node:readline';

/** Between what happens and its line in the log. */
const LINE_MS = 10_000;
/** Lines kept for clients that may ask. */
const KEPT_MS = 60_000;
/** `closing CLIENT: WHY`, and the same for those dropped and refused. */
const END = /^(closing|dropped|refused) (.*?): (.*)$/s;
const LOST_LINES = /^(\d+) lines of this log were dropped/;

export class LogBook {
  levels = { fatal: 0, error: 0, warning: 0, info: 0, debug: 0 };
  /** Lines that must not be there. */
  faults = [];
  /** Devices that were lost, and clients that were dropped, by port. */
  lost = new Map();
  dropped = new Map();
  /** Bytes from clients that the log says did not reach their device. */
  unsent = 0;
  #ends = [];
  #waiting = new Set();
  #looking = new Set();

  /** @param stream the server's stderr, in JSON */
  constructor(stream) {
    createInterface({ input: stream }).on('line', (line) => this.#read(line));
  }

  /**
   * Why a client was cut that the log calls so, of a server of a port; undefined when no line says it in time. Clients of two servers may have the
   * same address.
   */
  async reasonOf({ port, server, client, since }) {
    const name = nameOf(port, server, client);
    const until = performance.now() + LINE_MS;
    for (;;) {
      const at = this.#ends.findIndex((end) => end.at >= since && end.name === name);
      if (at >= 0) return this.#ends.splice(at, 1)[0].why;
      if (!(await this.#more(until))) return undefined;
    }
  }

  /** Resolves to what was found in the first message with it from now on; undefined when none came in time. */
  said(pattern, ms) {
    return new Promise((resolve) => {
      const look = (message) => {
        const found = pattern.exec(message);
        if (!found) return;
        end(found);
      };
      const timer = setTimeout(() => end(undefined), ms);
      const end = (found) => {
        clearTimeout(timer);
        this.#looking.delete(look);
        resolve(found);
      };
      this.#looking.add(look);
    });
  }

  #more(until) {
    return new Promise((resolve) => {
      const told = () => end(true);
      const timer = setTimeout(() => end(false), Math.max(0, until - performance.now()));
      const end = (more) => {
        clearTimeout(timer);
        this.#waiting.delete(told);
        resolve(more);
      };
      this.#waiting.add(told);
    });
  }

  #read(line) {
    const { level, port = '', server, client, message, stack } = parse(line);
    if (!(level in this.levels)) this.faults.push(`no line of the log: ${line}`);
    this.levels[level]++;
    const now = performance.now();
    const [, what, named, why] = END.exec(message) ?? [];
    if (what)
      this.#ends.push({ at: now, why: `${what}: ${why}`, name: nameOf(port, server, client ?? named) });
    // Not readers of the live status, which belong to no port.
    if (what === 'dropped' && port) count(this.dropped, port);
    if (message.startsWith('lost ')) count(this.lost, port);
    this.unsent += Number(/^(\d+) bytes from clients did not reach/.exec(message)?.[1] ?? 0);
    if (stack || level === 'fatal' || LOST_LINES.test(message)) this.faults.push(`${message} ${stack ?? ''}`);
    if (level === 'error' && !message.includes('is not used'))
      this.faults.push(`an error in the log: ${message}`);
    if (this.#ends[0]?.at < now - KEPT_MS) this.#ends = this.#ends.filter(({ at }) => at >= now - KEPT_MS);
    if (what) this.#waiting.forEach((told) => told());
    this.#looking.forEach((look) => look(message));
  }
}

const nameOf = (...parts) => parts.join(' ');
const count = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);

function parse(line) {
  try {
    return { message: '', ...JSON.parse(line) };
  } catch {
    return { message: line };
  }
}
