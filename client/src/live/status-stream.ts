import { serverUrl } from '../base.js';
import { session } from '../session/session.js';
import { Backoff } from './backoff.js';
import { applyLine } from './delta.js';
import { linesOf } from './lines.js';
import type { Snapshot } from './model.js';
import { type Rate, Traffic } from './traffic.js';

/** The server says something every 30 s; after this the connection is taken for lost. */
const SILENCE_MS = 45_000;
const SAMPLE_MS = 1000;

export type Link = 'connecting' | 'live' | 'lost';

/** The state of the server, kept up to date. It connects while somebody listens, and again whenever it is cut. */
export class StatusStream {
  #snapshot: Snapshot | undefined;
  #link: Link = 'connecting';
  readonly #listeners = new Set<() => void>();
  readonly #backoff = new Backoff();
  #traffic = new Traffic();
  #sampling: ReturnType<typeof setInterval> | undefined;
  #running: AbortController | undefined;
  #wake: (() => void) | undefined;

  readonly snapshot = (): Snapshot | undefined => this.#snapshot;
  readonly link = (): Link => this.#link;

  /** Of a port in the last minute, renewed every second. */
  readonly rates = (index: number): readonly Rate[] => this.#traffic.rates(index);

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (!this.#running) void this.#run((this.#running = new AbortController()));
    this.#sampling ??= setInterval(() => {
      this.#sample();
      this.#tell();
    }, SAMPLE_MS);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#running?.abort();
      this.#running = undefined;
      clearInterval(this.#sampling);
      this.#sampling = undefined;
    };
  };

  /** Connects now instead of when its time has come, and anew when it is connected: after a login. */
  readonly restart = (): void => {
    this.#backoff.reset();
    if (this.#running) {
      this.#running.abort();
      void this.#run((this.#running = new AbortController()));
    }
    this.#wake?.();
  };

  /** Nothing of what it was told is for who comes next. */
  readonly forget = (): void => {
    this.restart();
    this.#traffic = new Traffic();
    this.#set(undefined, 'connecting');
  };

  async #run(running: AbortController): Promise<void> {
    while (!running.signal.aborted) {
      await this.#read(running.signal).catch(() => {});
      if (running.signal.aborted) return;
      this.#set(this.#snapshot, 'lost');
      await this.#pause(this.#backoff.next());
    }
  }

  async #read(ended: AbortSignal): Promise<void> {
    const silence = new AbortController();
    const signal = AbortSignal.any([ended, silence.signal]);
    let timer = setTimeout(() => silence.abort(), SILENCE_MS);
    try {
      const token = session.token();
      const response = await fetch(serverUrl('api/status?stream=1'), {
        headers: token ? { Authorization: `Bearer ${token}` } : {},
        cache: 'no-store',
        signal,
      });
      if (response.status === 401) {
        session.refused(token);
        return;
      }
      if (!response.ok || !response.body) return;
      for await (const line of linesOf(response.body)) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE_MS);
        if (ended.aborted) return;
        if (line === '') continue;
        this.#backoff.reset();
        this.#set(applyLine(this.#snapshot, JSON.parse(line)), 'live');
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      const now = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#wake = now;
      globalThis.addEventListener('online', now, { once: true });
    });
  }

  #set(snapshot: Snapshot | undefined, link: Link): void {
    if (snapshot === this.#snapshot && link === this.#link) return;
    const first = !this.#snapshot;
    this.#snapshot = snapshot;
    this.#link = link;
    // What comes from now on is told by what there was before.
    if (first) this.#sample();
    this.#tell();
  }

  #sample(): void {
    if (this.#snapshot) this.#traffic.sample(this.#snapshot.ports, performance.now());
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
