import { Injectable } from '@nestjs/common';
import type { Asked } from '../auth/decorators.js';
import type { ConfigDocument, Entry } from '../config/config.js';
import type { HttpDto } from '../config/config.dto.js';
import { ConfigService } from '../config/config.service.js';
import { differences } from '../config/differences.js';
import { checkMatch, tagged } from '../config/etag.js';
import { issueText } from '../config/issues.js';
import { seenFrom } from '../config/seen-from.js';
import { mergePatch } from '../config/merge-patch.js';
import { nameOf } from '../config/shape.js';
import { type Shown, withIssues, without } from '../config/shown.js';
import { AppError } from '../errors.js';
import { OK, type OkDto } from '../ok.dto.js';
import { HttpService } from './http.service.js';
import type { HttpAddedDto, SettingsChangesDto, SettingsDto } from './settings.dto.js';

/** What the view of an entry adds to it; a client that sends back what it got means none of it. */
const SHOWN = ['listening', 'error', 'issues'];

const ONLY_ADMINS_SEE = 'It does not listen; administrators see why';
/** What everybody who is logged in may know of an entry. */
const PUBLIC = ['name', 'address', 'port', 'base_path'];

/** The http servers and the timeout of sessions, as the file has them. They have one entity tag in common. */
@Injectable()
export class SettingsService {
  constructor(
    private readonly config: ConfigService,
    private readonly servers: HttpService,
  ) {}

  /** @param admin all of it; to others only where the servers are: the rest may hold what is not for them */
  get(admin: boolean): SettingsDto {
    const settings = settingsIn(this.config.current.document);
    return tagged(
      { ...settings, http: settings.http.map((written, index) => this.#view(written, index, admin)) },
      settings,
    );
  }

  /** @throws PreconditionFailed */
  async change({ session_timeout: timeout }: SettingsChangesDto, { ifMatch, audit }: Asked): Promise<OkDto> {
    const { tag, changed } = await this.#change(ifMatch, (_http, draft) => {
      if (timeout === null) delete draft.session_timeout;
      else if (timeout !== undefined) draft.session_timeout = timeout;
    });
    if (changed) audit('settings changed', { session_timeout: timeout });
    return tagged(OK, tag);
  }

  /** @throws ConfigInvalid with paths within the entry; ListenFailed, TlsFilesInvalid, PreconditionFailed */
  async add(entry: object, { ifMatch, audit }: Asked): Promise<HttpAddedDto> {
    const written = without(entry, SHOWN);
    const { index, tag } = await this.#change(ifMatch, (http) => http.push(written) - 1);
    audit('http server added', { http: this.#label(index), index });
    return tagged({ ok: true, index }, tag);
  }

  /** Changes the keys that are named, and takes away those that are null; throws as `add`, and NoSuchHttpServer */
  async update(key: string, changes: object, { ifMatch, audit }: Asked): Promise<OkDto> {
    let [before, after]: unknown[] = [];
    const { index, tag, changed } = await this.#change(ifMatch, (http) => {
      const index = this.require(key);
      before = http[index];
      after = mergePatch(before, without(changes, SHOWN));
      http[index] = after;
      return index;
    });
    if (changed)
      audit('http server changed', { http: this.#label(index), index, changed: differences(before, after) });
    return tagged(OK, tag);
  }

  /** @throws NoSuchHttpServer, LastHttpServer, PreconditionFailed */
  async remove(key: string, { ifMatch, audit }: Asked): Promise<OkDto> {
    let label = '';
    const { index, tag } = await this.#change(ifMatch, (http) => {
      const index = this.require(key);
      if (this.#isLast(index)) throw new LastHttpServer();
      label = this.#label(index);
      http.splice(index, 1);
      return index;
    });
    audit('http server removed', { http: label, index });
    return tagged(OK, tag);
  }

  /** The index that a path names; @throws NoSuchHttpServer */
  require(key: string): number {
    if (!/^\d{1,9}$/.test(key) || Number(key) >= this.#list().length) throw new NoSuchHttpServer(key);
    return Number(key);
  }

  /** Whether nobody could come in any more without it: others that do not listen help nobody. */
  #isLast(index: number): boolean {
    const listen = this.servers.servers.map((server) => server?.where !== undefined);
    return listen.length === 1 || (listen[index] === true && !listen.toSpliced(index, 1).includes(true));
  }

  /** What the log calls an entry; one with a mistake may have a name too. */
  #label(index: number): string {
    return this.servers.servers[index]?.label ?? nameOf(this.#list()[index]) ?? `http[${index}]`;
  }

  #list(): readonly unknown[] {
    return settingsIn(this.config.current.document).http;
  }

  #view(written: unknown, index: number, admin: boolean): Shown {
    const server = this.servers.servers[index];
    const { path, issues } = this.config.current.http[index] as Entry<HttpDto>;
    const all = without(written, SHOWN);
    const entry = admin ? all : picked(all, PUBLIC);
    const trouble = server ? server.trouble : issues.map((issue) => issueText(issue)).join('; ');
    // It may name files of the certificate.
    const error = trouble && !admin && 'ssl' in all ? ONLY_ADMINS_SEE : trouble;
    const told = admin ? issues : issues.filter((issue) => !issue.path.startsWith(`${path}.ssl`));
    return {
      ...(told.length > 0 ? withIssues({ written: entry, path, issues: told }) : entry),
      ...(server?.where !== undefined && { listening: server.where }),
      ...(error && { error }),
    };
  }

  /** `edit` gives the index of the entry that it changes: mistakes are told as seen from there. */
  async #change(
    ifMatch: string | undefined,
    edit: (http: unknown[], draft: ConfigDocument) => number | void,
  ) {
    let index = 0;
    let tag: unknown;
    try {
      const changed = await this.config.change((draft) => {
        checkMatch(ifMatch, settingsIn(draft));
        index = edit((draft.http ??= []), draft) ?? 0;
        tag = settingsIn(draft);
      });
      return { index, tag, changed };
    } catch (error) {
      throw seenFrom(`http[${index}]`, error);
    }
  }
}

class NoSuchHttpServer extends AppError {
  constructor(key: string) {
    super('NO_SUCH_HTTP_SERVER', 404, `There is no http server ${key.slice(0, 50)}`);
  }
}

class LastHttpServer extends AppError {
  constructor() {
    super(
      'LAST_HTTP_SERVER',
      400,
      'The last http server that listens stays, or nobody could change anything any more; add another one first',
    );
  }
}

/** What the entity tag is of. */
const settingsIn = ({ http = [], session_timeout: timeout }: ConfigDocument) => ({
  http,
  session_timeout: timeout ?? null,
});

const picked = (entry: object, keys: readonly string[]) =>
  Object.fromEntries(Object.entries(entry).filter(([key]) => keys.includes(key)));
