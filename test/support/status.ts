import type { DetectedDeviceDto, PortStatusDto } from '../../src/status/status.dto.js';
import { Reader } from './reader.js';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';

/** A line of the status stream, or the answer of `GET /api/status`. */
export interface StatusLine {
  ports?: PortStatusDto[];
  port?: PortStatusDto | null;
  detected?: DetectedDeviceDto[];
  admin?: boolean;
  port_index?: number;
  _delta?: true;
  _removed?: true;
  [key: string]: unknown;
}

/** A reader of `GET /api/status?stream=1`, who keeps a copy of what the lines tell. */
export class StatusClient {
  readonly lines: StatusLine[] = [];
  /** What the lines make of all ports. */
  ports: PortStatusDto[] = [];
  detected: DetectedDeviceDto[] = [];
  #wake: (() => void)[] = [];
  /** Done when the stream has ended; how. */
  readonly ended: Promise<'end' | 'cut'>;

  private constructor(
    readonly response: Response,
    private readonly cancel: AbortController,
  ) {
    const body = Readable.fromWeb(response.body as ReadableStream);
    const reader = new Reader(body);
    this.ended = new Promise((resolve) =>
      body.on('end', () => resolve('end')).on('error', () => resolve('cut')),
    );
    void this.#read(reader);
  }

  static async open(url: string, query = '', headers: Record<string, string> = {}): Promise<StatusClient> {
    const cancel = new AbortController();
    const response = await fetch(`${url}/api/status?stream=1${query}`, { signal: cancel.signal, headers });
    const client = new StatusClient(response, cancel);
    clients.add(client);
    return client;
  }

  /** Done as soon as the copy is as wanted; `look` is asked after each line. */
  async until(look: (client: StatusClient) => boolean): Promise<this> {
    while (!look(this)) await new Promise<void>((resolve) => this.#wake.push(resolve));
    return this;
  }

  close(): void {
    clients.delete(this);
    this.cancel.abort();
  }

  async #read(reader: Reader): Promise<void> {
    for (;;) {
      const text = await reader.upTo('\n');
      if (!text.endsWith('\n')) return;
      // The reader gives bytes.
      this.#apply(JSON.parse(Buffer.from(text, 'latin1').toString()) as StatusLine);
      for (const wake of this.#wake.splice(0)) wake();
    }
  }

  #apply(line: StatusLine): void {
    this.lines.push(line);
    const { ports, detected, port_index, _delta, ...changed } = line;
    if (ports) this.ports = ports;
    if (detected) this.detected = detected;
    if (!_delta || port_index === undefined) return;
    const keys = new Map<string, unknown>([
      ...Object.entries(this.ports[port_index] ?? {}),
      ...Object.entries(changed),
    ]);
    for (const [key, value] of keys) if (value === null) keys.delete(key);
    this.ports[port_index] = Object.fromEntries(keys) as unknown as PortStatusDto;
  }
}

const clients = new Set<StatusClient>();

/** For `afterEach`. */
export function closeStatusClients(): void {
  for (const client of clients) client.close();
}
