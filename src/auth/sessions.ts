import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { Config } from '../config/config.js';
import type { UserDto } from '../config/config.dto.js';
import { ConfigService } from '../config/config.service.js';
import { digestOf } from '../config/stored-token.js';
import { Alarm } from './alarm.js';
import { Session, type SessionRecord } from './session.js';
import { StateFile } from './state-file.js';

/** Seconds without a request after which a session ends, where neither the user nor the configuration says otherwise. */
const DEFAULT_TIMEOUT = 3600;
/** However busy it is, a session ends after so long. */
const LONGEST_MS = 30 * 24 * 3600 * 1000;
/** Sessions of one user; over it the one that was idle longest goes. Scripts log in and never out. */
const PER_USER = 50;
const TOKEN_BYTES = 32;
/** A session that is used is written to the file this often, so that a busy console does not wear out the disk. */
const KEEP_SEEN_MS = 60_000;

/** Everybody who has logged in. Of their tokens only the hash is here. */
@Injectable()
export class Sessions {
  readonly #byDigest = new Map<string, Session>();
  readonly #alarm = new Alarm(() => this.#endOverdue());
  /** Forms of one password: what is stored now, and what was before. */
  readonly #rehashed = new Map<string, string>();

  constructor(
    private readonly config: ConfigService,
    private readonly state: StateFile,
  ) {
    state.part('sessions', { save: () => this.#save(), load: (written) => this.#load(written) });
  }

  /** Opens a session; @returns its token */
  create(user: UserDto): string {
    const own = [...this.#byDigest.values()].filter(({ name }) => name === user.login);
    if (own.length >= PER_USER)
      this.end(own.reduce((oldest, one) => (one.seen < oldest.seen ? one : oldest)));
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const session = new Session(digestOf(token), user.login, user.admin, user.password, Date.now());
    this.#byDigest.set(session.digest, session);
    this.#setAlarm();
    this.state.changed();
    return token;
  }

  /** The session whose token has this digest, unless it is over. */
  find(digest: string): Session | undefined {
    const session = this.#byDigest.get(digest);
    if (!session || Date.now() < this.#deadline(session)) return session;
    this.end(session);
    return undefined;
  }

  /** Its user does something: the idle time begins anew. */
  touch(session: Session): void {
    session.seen = Date.now();
    if (session.seen - session.keptSeen > KEEP_SEEN_MS) this.state.changed();
  }

  end(session: Session): void {
    if (this.#byDigest.delete(session.digest)) this.state.changed();
    session.end();
  }

  /** Ends the sessions of users who are gone, have another password, or are no longer administrators. */
  follow({ users }: Config): void {
    for (const session of this.#byDigest.values()) {
      const user = users.find(({ login }) => login === session.name);
      if (user && this.#rehashed.get(user.password) === session.password) session.password = user.password;
      if (!user || user.password !== session.password || (session.admin && !user.admin)) this.end(session);
      else session.admin = user.admin;
    }
    // A limit may have changed.
    this.#endOverdue();
  }

  /** Runs a change that stores the same password in another form: its sessions live on. */
  async whileRehashing(before: string, after: string, change: () => Promise<unknown>): Promise<void> {
    this.#rehashed.set(after, before);
    await change().finally(() => this.#rehashed.delete(after));
  }

  #deadline(session: Session): number {
    const { users, session_timeout } = this.config.current;
    const user = users.find(({ login }) => login === session.name);
    const seconds = user?.session_timeout ?? session_timeout ?? DEFAULT_TIMEOUT;
    const idle = seconds === 0 ? Infinity : session.seen + seconds * 1000;
    return Math.min(idle, session.created + LONGEST_MS);
  }

  #endOverdue(): void {
    for (const digest of this.#byDigest.keys()) this.find(digest);
    this.#setAlarm();
  }

  #setAlarm(): void {
    this.#alarm.set([...this.#byDigest.values()].map((session) => this.#deadline(session)));
  }

  #save(): SessionRecord[] {
    return [...this.#byDigest.values()].map((session) => {
      const { digest, name, password, created, seen } = session;
      session.keptSeen = seen;
      return { digest, login: name, password: digestOf(password), created, seen };
    });
  }

  /** @throws TypeError for what is no list of sessions */
  #load(written: unknown): void {
    if (!Array.isArray(written) || !written.every(isRecord)) throw new TypeError('not a list of sessions');
    for (const { digest, login, password, created, seen } of written) {
      const user = this.config.current.users.find((one) => one.login === login);
      if (!user || digestOf(user.password) !== password) continue;
      this.#byDigest.set(digest, new Session(digest, login, user.admin, user.password, created, seen));
    }
    this.#endOverdue();
  }
}

function isRecord(value: unknown): value is SessionRecord {
  const { digest, login, password, created, seen } = (value ?? {}) as Record<string, unknown>;
  const isDigest = (text: unknown) => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);
  const isTime = (time: unknown) => Number.isSafeInteger(time) && Number(time) <= Date.now();
  return (
    isDigest(digest) && typeof login === 'string' && isDigest(password) && isTime(created) && isTime(seen)
  );
}
