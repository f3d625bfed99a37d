import { describe } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import { promisify } from 'node:util';
import { GuestServer } from './guest-server.js';
import { Reader } from './reader.js';

const run = promisify(execFile);

/** Set by scripts/test-hardware.mjs: the program `rig`, which knows its virtual machine by RIG_NAME, or why there is none. */
const RIG = process.env['SER2TCP_RIG'] ?? '';
const NO_RIG = process.env['SER2TCP_NO_RIG'] ?? 'started by npm run test:hardware';

/** The guest's processor is emulated: what starts in 1 s here takes half a minute there. */
const START_MS = 150_000;

/** A `describe` that is skipped where there is no rig; its name then says why. */
export function describeWithRig(name: string, tests: () => void): void {
  const group = RIG ? describe : describe.skip;
  group(RIG ? name : `${name} (${NO_RIG})`, tests);
}

/** The far end of a serial port: what is written to it comes out of the port in the guest. */
export interface Device {
  readonly socket: Socket;
  /** What has come since it was looked at last. */
  got: Reader;
}

/** A configured port without its servers. */
export interface GuestPort {
  name: string;
  serial: object;
  /** What its server is beside a tcp server. */
  server?: object;
  /** With it, a WebSocket server of the port's name, that is so beside. */
  websocket?: object;
}

/** A virtual machine with serial ports that are real to its kernel; see the rig's README. */
export class Rig {
  readonly #servers: GuestServer[] = [];
  readonly #devices: Socket[] = [];
  readonly #pulled = new Set<number>();
  readonly #freePorts: string[];

  private constructor(
    /** Ports of the guest, and those that they are reached at from here. */
    private readonly tcpPorts: Record<string, number>,
    private readonly serialPorts: Record<string, { sock: string }>,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.#freePorts = Object.keys(tcpPorts);
  }

  /** The one that runs while the tests do. */
  static use(): Promise<Rig> {
    return Rig.#of(process.env);
  }

  /** Another one, started with more options; it ends with `leave`. */
  static async start(options: readonly string[]): Promise<Rig> {
    const env = { ...process.env, RIG_NAME: `${process.env['RIG_NAME']}-b` };
    await rig(env, ...(JSON.parse(process.env['SER2TCP_RIG_UP'] ?? '[]') as string[]), ...options);
    return Rig.#of(env);
  }

  static async #of(env: NodeJS.ProcessEnv): Promise<Rig> {
    const { fwd, ports } = JSON.parse(await rig(env, 'status')) as {
      fwd: Record<string, number>;
      ports: Record<string, { sock: string }>;
    };
    return new Rig(fwd, ports, env);
  }

  /** Ends all that was started on it. */
  async leave(): Promise<void> {
    await this.restore();
    for (const socket of this.#devices) socket.destroy();
    await Promise.all(this.#servers.map((server) => server.stop()));
    if (this.env !== process.env) await rig(this.env, 'down');
  }

  /** What a shell command in the guest prints; fails when it does. */
  exec(command: string): Promise<string> {
    // The shell leads a session of its own. Without the `exit` it would become its last command, and when that opens a
    // tty, the tty is the session's terminal and is hung up at the end.
    return rig(this.env, 'exec', '-t', '30', `${command}\nexit $?`);
  }

  /** Plays the device at `usb0`, `S1`, … */
  async device(port: string): Promise<Device> {
    const socket = connect(this.serialPorts[port]?.sock ?? port);
    this.#devices.push(socket);
    await once(socket, 'connect');
    return { socket, got: new Reader(socket) };
  }

  async unplug(adapter: 0 | 1): Promise<void> {
    this.#pulled.add(adapter);
    await rig(this.env, 'unplug', String(adapter));
  }

  /** Plugs an adapter in and waits until its tty is there. */
  async plug(adapter: number, tty: string): Promise<void> {
    await rig(this.env, 'plug', String(adapter));
    this.#pulled.delete(adapter);
    await this.exec(`until [ -c ${tty} ]; do usleep 20000; done; udevadm settle`);
  }

  /** Plugs in what was left pulled. */
  async restore(): Promise<void> {
    for (const adapter of [0, 1].filter((adapter) => this.#pulled.has(adapter)))
      await this.plug(adapter, `/dev/ttyUSB${adapter}`);
  }

  /** What the device at a wired port sees of its modem lines and settings, after it has changed some of its own. */
  lines(port: string, ...changes: string[]): Promise<string> {
    return rig(this.env, 'lines', port, ...changes);
  }

  /** Starts the built server in the guest, with a tcp server for each port, and one for HTTP; done when it serves. */
  async serve(ports: readonly GuestPort[], user = 'root'): Promise<GuestServer> {
    const reached = new Map<string, number>();
    const entries = ports.map((entry) => {
      const port = this.#freePorts.shift() as string;
      reached.set(entry.name, this.tcpPorts[port] as number);
      const { server, websocket, ...rest } = entry;
      const servers: object[] = [{ protocol: 'tcp', address: '0.0.0.0', port: Number(port), ...server }];
      if (websocket) servers.push({ protocol: 'websocket', endpoint: entry.name, ...websocket });
      return { ...rest, servers };
    });
    const management = this.#freePorts.shift() as string;
    const http = [{ address: '0.0.0.0', port: Number(management) }];
    const file = `/tmp/config-of-${user}.json`;
    await this.exec(
      `cat > ${file} <<'END'\n${JSON.stringify({ ports: entries, http })}\nEND\nchmod 644 ${file}`,
    );
    const command = `echo process $$ >&2; exec node /project/dist/main.js -v -c ${file}`;
    const child = spawn(RIG, ['exec', user === 'root' ? command : `su -s /bin/sh ${user} -c '${command}'`], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: this.env,
    });
    const server = new GuestServer(child, reached, this.tcpPorts[management] as number, (command) =>
      this.exec(command),
    );
    this.#servers.push(server);
    await server.log.said(/ serving /, START_MS);
    return server;
  }
}

async function rig(env: NodeJS.ProcessEnv, ...args: string[]): Promise<string> {
  const { stdout } = await run(RIG, args, { env });
  return stdout;
}
