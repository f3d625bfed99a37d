/** A serial device: the master end of a PTY behind a link of a constant name, as udev keeps it for an adapter. */
import { closeSync, constants, renameSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { openPty } from '../libc.mjs';
import { bytesAt } from './pattern.mjs';
import { Writers } from './writers.mjs';

/** What a write to a PTY takes at most. */
const WRITE_BYTES = 4095;
/** What a device may have fallen behind that could not write; it does not make up for more. */
const BEHIND_SECONDS = 0.25;

export class Device {
  writers = new Writers();
  /** Of the next byte that it sends. A device that comes back begins anew, somewhere else. */
  position;
  /** Bytes that it got. */
  got = 0;
  losses = 0;
  #pty;
  #input;
  #due = 0;
  #quietUntil = 0;

  /** @param fault is told of bytes that it got and nobody sent */
  constructor({ link, rate, random, fault }) {
    Object.assign(this, { link, rate, random, fault });
    this.position = random.whole(0, 1e6);
    this.plug();
  }

  get plugged() {
    return this.#pty !== undefined;
  }

  plug() {
    this.#pty = openPty(constants.O_NONBLOCK);
    this.#input = new ReadStream(this.#pty.master);
    this.#input.on('data', (bytes) => this.#take(bytes));
    this.#input.on('error', () => {});
    symlinkSync(this.#pty.path, `${this.link}.new`);
    renameSync(`${this.link}.new`, this.link);
  }

  /** Pulled out: whoever has it open is hung up. */
  unplug() {
    const pty = this.#pty;
    if (!pty) return;
    this.#pty = undefined;
    rmSync(this.link, { force: true });
    // Closes the master.
    this.#input.destroy();
    closeSync(pty.slave);
    this.writers.lose();
    this.losses++;
    this.position += this.random.whole(1000, 900_000);
  }

  /** Takes nothing for a while, like one whose buffer is full. */
  hold() {
    this.#input.pause();
  }

  goOn() {
    this.#input.resume();
  }

  /** Sends what it has to in so many seconds: in chunks, with pauses. */
  talk(seconds) {
    const now = performance.now();
    if (!this.#pty || now < this.#quietUntil) return;
    if (this.random.chance(0.01)) this.#quietUntil = now + this.random.between(50, 800);
    this.#due = Math.min(this.#due + seconds * this.rate, Math.max(BEHIND_SECONDS * this.rate, 1));
    while (this.#due >= 1) {
      const sent = this.#write(Math.min(Math.floor(this.#due), WRITE_BYTES));
      if (sent === 0) return;
      this.#due -= sent;
    }
  }

  #write(length) {
    try {
      const sent = writeSync(this.#pty.master, bytesAt(this.position, length));
      this.position += sent;
      return sent;
    } catch (error) {
      if (error.code === 'EAGAIN') return 0;
      throw error;
    }
  }

  #take(bytes) {
    this.got += bytes.length;
    try {
      this.writers.take(bytes);
    } catch (error) {
      this.fault(error.message);
    }
  }
}
