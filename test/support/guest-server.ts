import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Client, connectTcp } from './client.js';
import { connectWs, type WsClient } from './websocket.js';

/** How long it may take the server to do, and say, what is expected of it. */
const PATIENCE_MS = 20_000;

/** The server in the guest, with a tcp server for each port of its configuration. */
export class GuestServer {
  /** All that it logged. */
  readonly log = new GuestLog();

  /**
   * @param child what runs it; it ends with it
   * @param tcpPorts where its ports are reached, by their names
   * @param httpPort where its HTTP server is reached
   * @param exec runs a command in the guest
   */
  constructor(
    private readonly child: ChildProcess,
    private readonly tcpPorts: ReadonlyMap<string, number>,
    private readonly httpPort: number,
    private readonly exec: (command: string) => Promise<string>,
  ) {
    let rest = '';
    child.stderr?.on('data', (text: Buffer) => {
      const lines = (rest + text.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.log.add(line);
    });
    child.on('exit', () => this.log.add('the server has ended'));
  }

  get url(): string {
    return `http://127.0.0.1:${this.httpPort}`;
  }

  /** What it logs from now on. */
  logFromNow(): GuestLog {
    return this.log.fromNow();
  }

  /** A client that has been let in, so that the device is open. */
  join(port: string): Promise<Client> {
    return this.#letIn(port, () => this.#connect(port));
  }

  /** The same by WebSocket. */
  joinWs(port: string): Promise<WsClient> {
    return this.#letIn(port, () => connectWs(`${this.url}/ws/${port}`));
  }

  /** A client that is refused; returns what the log says about it. */
  async refusal(port: string): Promise<string> {
    const log = this.logFromNow();
    const client = await this.#connect(port);
    client.socket.resume();
    await client.ended;
    return (await log.said(new RegExp(`\\[${port} tcp\\] refused \\S+: (.*)`)))[1] as string;
  }

  /** The last clients of a device go; done when it is closed. */
  async leave(...clients: Client[]): Promise<void> {
    const log = this.logFromNow();
    for (const { socket } of clients) socket.end().resume();
    await log.said(/ closed \/dev\//);
  }

  /** The descriptors that it has of ttys, as the paths that they were opened by. */
  async ttys(): Promise<string[]> {
    const links = await this.exec(`ls -l /proc/${await this.#pid()}/fd`);
    return [...links.matchAll(/ -> (\/dev\/tty.*)/g)].map((link) => link[1] as string);
  }

  /** Done when it has no descriptor of a tty whose path begins like this. */
  async released(path: string): Promise<void> {
    const folder = `/proc/${await this.#pid()}/fd`;
    await this.exec(
      `i=0; while ls -l ${folder} | grep ' -> ${path}'; do usleep 50000; i=$((i+1)); [ $i -lt 200 ] || exit 1; done`,
    );
  }

  /** The shares of the guest's processor that it takes in each of the next `count` seconds. */
  async loads(count: number): Promise<number[]> {
    const look = `cat /proc/uptime /proc/${await this.#pid()}/stat`;
    const lines = (await this.exec(`${look}; for i in $(seq ${count}); do sleep 1; ${look}; done`)).split(
      '\n',
    );
    // proc(5): utime and stime are the 14th and 15th field, in ticks of 10 ms; the name, the second one, may have blanks.
    const numbers = lines.map((line) => {
      const fields = line.slice(line.lastIndexOf(')') + 1).split(' ');
      return fields.length > 2 ? (Number(fields[12]) + Number(fields[13])) / 100 : Number(fields[0]);
    });
    const gained = (at: number) => (numbers[at + 2] as number) - (numbers[at] as number);
    return Array.from({ length: count }, (_, index) => gained(2 * index + 1) / gained(2 * index));
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill();
    await once(this.child, 'exit');
  }

  async #letIn<T>(port: string, connect: () => Promise<T>): Promise<T> {
    const log = this.logFromNow();
    const client = await connect();
    await log.said(new RegExp(`\\[${port} \\w+ c\\d+\\] connected `));
    return client;
  }

  #connect(port: string): Promise<Client> {
    return connectTcp(this.tcpPorts.get(port) ?? Number.NaN);
  }

  async #pid(): Promise<string> {
    return (await this.log.said(/^process (\d+)$/))[1] as string;
  }
}

/** Lines of a log, and a way to wait for those that come. */
class GuestLog {
  readonly lines: string[] = [];
  readonly #listeners = new Set<() => void>();

  add(line: string): void {
    this.lines.push(line);
    for (const listener of this.#listeners) listener();
  }

  fromNow(): GuestLog {
    const later = new GuestLog();
    this.#listeners.add(() => later.add(this.lines.at(-1) as string));
    return later;
  }

  /** The lines that a pattern fits. */
  with(pattern: RegExp): string[] {
    return this.lines.filter((line) => pattern.test(line));
  }

  /** What the pattern finds in the first line that it fits; fails when none comes in time. */
  said(pattern: RegExp, patience = PATIENCE_MS): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.lines.map((line) => pattern.exec(line)).find((match) => match !== null);
        if (found) done(() => resolve(found));
      };
      const done = (settle: () => void) => {
        this.#listeners.delete(look);
        clearTimeout(timer);
        settle();
      };
      const timer = setTimeout(
        () =>
          done(() =>
            reject(new Error(`The server did not say ${String(pattern)}, but:\n${this.lines.join('\n')}`)),
          ),
        patience,
      );
      this.#listeners.add(look);
      look();
    });
  }
}
