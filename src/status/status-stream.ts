import { Injectable, type StreamableFile } from '@nestjs/common';
import type { Caller } from '../auth/caller.js';
import { AppError } from '../errors.js';
import type { PlaceLog } from '../log-record.js';
import type { StatusQueryDto } from './status.dto.js';
import { StatusFeed } from './status-feed.js';
import { StatusReader } from './status-reader.js';
import { NoSuchPort, StatusService } from './status.service.js';
import { PortView, type Update, type View, WholeView } from './status-view.js';

/** Readers at one time: each holds a connection, of which an http server has 500 for all. */
const READERS = 250;

class TooManyReaders extends AppError {
  constructor() {
    super('TOO_MANY_READERS', 503, `The live status has its ${READERS} readers; try again later`, {
      headers: { 'Retry-After': '10' },
    });
  }
}

/** Whether it asks for all ports. */
const isWhole = ({ port, endpoint }: StatusQueryDto) => port === undefined && endpoint === undefined;

interface Audience {
  readonly view: View;
  readonly readers: Set<StatusReader>;
}

/** The readers of the live status. What all of them see is made once for those who see the same. */
@Injectable()
export class StatusStream {
  readonly #audiences = new Map<string, Audience>();
  /** Readers that are about to come. */
  #opening = 0;

  constructor(
    private readonly status: StatusService,
    private readonly feed: StatusFeed,
  ) {}

  /**
   * Lines of JSON: first all that was asked for, then what changes.
   * @param closing is aborted when the http server goes that the reader came by
   * @param log is told when the reader is dropped
   * @throws NoSuchPort, TooManyReaders
   */
  async open(
    query: StatusQueryDto,
    { admin, name, ended }: Caller,
    closing: AbortSignal,
    log: PlaceLog,
  ): Promise<StreamableFile> {
    if (!isWhole(query) && this.status.find(query) === undefined) throw new NoSuchPort(query);
    if (this.#readers >= READERS) throw new TooManyReaders();
    this.#opening++;
    try {
      await this.feed.start((update) => this.#tell(update));
      const dropped = () =>
        log.warn(`dropped a reader of the live status (${name}): it left more than 1 MiB unread`);
      return this.#join(query, admin, new StatusReader([ended, closing], dropped)).answer;
    } finally {
      this.#opening--;
      this.#stopForNobody();
    }
  }

  get #readers(): number {
    const here = [...this.#audiences.values()].reduce((sum, { readers }) => sum + readers.size, 0);
    return here + this.#opening;
  }

  #join(query: StatusQueryDto, admin: boolean, reader: StatusReader): StatusReader {
    const key = JSON.stringify([admin, query.port, query.endpoint]);
    const audience = this.#audiences.get(key) ?? { view: this.#view(query, admin), readers: new Set() };
    this.#audiences.set(key, audience);
    audience.readers.add(reader);
    reader.once('close', () => this.#leave(key, reader));
    reader.tell(Buffer.from(audience.view.all(this.feed.told)));
    return reader;
  }

  #view(query: StatusQueryDto, admin: boolean): View {
    return isWhole(query) ? new WholeView(admin) : new PortView(() => this.status.find(query), admin);
  }

  #tell(update: Update): void {
    for (const { view, readers } of this.#audiences.values()) {
      const lines = view.changes(update);
      if (!lines) continue;
      const bytes = Buffer.from(lines);
      for (const reader of readers) reader.tell(bytes);
    }
  }

  #leave(key: string, reader: StatusReader): void {
    const readers = this.#audiences.get(key)?.readers;
    readers?.delete(reader);
    if (readers?.size === 0) this.#audiences.delete(key);
    this.#stopForNobody();
  }

  #stopForNobody(): void {
    if (this.#audiences.size === 0 && this.#opening === 0) this.feed.stop();
  }
}
