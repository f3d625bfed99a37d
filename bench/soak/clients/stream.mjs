/** A client of a port: it reads all that the device sends, writes now and then, stays for a while and leaves in some way. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Follower } from '../pattern.mjs';
import { open } from './link.mjs';

/** For bytes that are on their way, held devices and a busy machine included. */
const ARRIVE_MS = 60_000;
const LOOK_MS = 20;
/** Bytes of one write, and now and then so many that the device falls behind. */
const WRITE_BYTES = 1500;
const MANY_BYTES = 200_000;
/** How many clients write; of flood ports none does. */
const WRITING = { steady: 0.7, flaky: 0.7, edited: 0.7, loop: 1, flood: 0 };

export class StreamClient {
  #how;
  #received = 0;
  #broken = false;

  constructor(world, port, entry, random) {
    Object.assign(this, { world, port, entry, random, kind: entry.protocol });
    this.since = performance.now();
  }

  /** @param signal ends it early, in good order */
  async live(signal) {
    const { world, port, entry, random, kind } = this;
    const refused = (error) => world.judge.refused(port, kind, error);
    this.link = await open(entry, world.optionsFor(random)).catch(refused);
    if (this.link) await this.#stayAndLeave(signal);
  }

  async #stayAndLeave(signal) {
    const { port, random } = this;
    void this.link.closed.then((how) => (this.#how = how));
    this.#read();
    this.writer = random.chance(WRITING[port.role]) ? port.writers.add() : undefined;
    await this.#stay(signal);
    const cut = this.#cut || (await this.#leave());
    if (cut && this.writer) this.writer.void = true;
    this.link.kill();
    if (this.writer) port.writers.remove(this.writer);
    if (cut) await this.#wasCut();
  }

  get #cut() {
    return this.#how !== undefined;
  }

  #read() {
    const { device } = this.port;
    this.follower = device && new Follower(() => device.position);
    this.link.data = (bytes) => {
      this.#received += bytes.length;
      this.world.tally.bytes.fromDevices += bytes.length;
      try {
        if (this.#broken) return;
        if (this.follower) this.follower.take(bytes);
        else this.#takeEcho(bytes);
      } catch (error) {
        this.#fault(error.message);
      }
    };
  }

  /** A loop gives everybody what anybody wrote; each looks for its own. */
  #takeEcho(bytes) {
    for (const byte of bytes) if (byte >> 5 === this.writer?.slot) this.writer.take(byte);
  }

  async #stay(signal) {
    const { random, world } = this;
    const until = performance.now() + random.between(...world.life) * 1000;
    while (performance.now() < until && !signal.aborted && !this.#cut) {
      await random.pause(0.05, 1, signal);
      if (!this.#cut) this.#write(random.chance(0.01) ? MANY_BYTES : random.whole(1, WRITE_BYTES));
    }
  }

  #write(length) {
    if (!this.writer || !this.link.ready) return;
    this.world.tally.bytes.toDevices += length;
    this.link.send(this.writer.next(length));
  }

  /**
   * In good order, with all that was sent either way; or right after the last words, as `printf … | nc` does; or without a word.
   * @returns whether it was cut before it was done
   */
  async #leave() {
    const { device } = this.port;
    const how = this.random.pick(device ? ['order', 'order', 'last words', 'gone'] : ['order', 'gone']);
    if (how === 'gone') return false;
    if (how === 'last words' && this.writer) {
      this.#write(this.random.whole(1, WRITE_BYTES));
      this.link.end();
      await this.#until(() => this.writer.complete || (this.#cut && this.port.cut));
      return false;
    }
    const target = device?.position;
    await this.#until(
      () => this.#cut || ((this.writer?.complete ?? true) && (!device || this.follower.position >= target)),
      target,
    );
    if (this.#cut) return true;
    this.link.end();
    return false;
  }

  async #until(arrived, target) {
    const until = performance.now() + ARRIVE_MS;
    while (!arrived() && !this.#broken) {
      if (performance.now() > until) return this.#fault(this.#where(target));
      await sleep(LOOK_MS);
    }
  }

  #where(target) {
    const read = this.follower ? `read up to ${this.follower.position} of ${target}` : '';
    const written = this.writer ? `${this.writer.got} of ${this.writer.sent} written` : '';
    return `not all has arrived after ${ARRIVE_MS / 1000} s: ${read} ${written}`;
  }

  #wasCut() {
    const { port, kind, since, link } = this;
    return this.world.judge.cut(port, kind, {
      name: link.name,
      since,
      received: this.#received > 0,
      how: this.#how,
    });
  }

  #fault(text) {
    this.#broken = true;
    this.world.tally.fault(`${this.port.name} ${this.kind} ${this.link.name}: ${text}`);
  }
}
