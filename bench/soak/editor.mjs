/** Somebody who changes the configuration all the time: over REST, in the file, with mistakes. Only `edited` ports may notice. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Api } from './clients/rest.mjs';
import { openWebSocket } from './clients/link.mjs';
import { entryOf } from './plan.mjs';

/** For a file that is taken in by itself, on a busy machine. */
const TAKEN_MS = 30_000;
const REFUSED = /was edited and is not used/;
const IN_USE = /was edited and is in use/;
const WHAT_RUNS = /is what runs/;
const TOKEN_ENDED = 4401;

export class Editor {
  #extra = 0;

  constructor(world, random) {
    Object.assign(this, { world, random });
    this.api = new Api({ port: world.plan.http });
  }

  /** One change after the other. */
  async work(signal) {
    const kinds = Object.keys(EDITS);
    for (let turn = 0; !signal.aborted; turn++) {
      // All of them come first; later it is as chance has it.
      const kind = kinds[turn] ?? this.random.pick(kinds);
      this.world.tally.count(this.world.tally.edits, kind);
      await EDITS[kind](this, this.random.pick(this.world.edited), this.random).catch((error) =>
        this.world.tally.fault(`edit "${kind}": ${error.message}`),
      );
      await this.random.pause(...this.world.pace, signal);
    }
    this.api.close();
  }

  /** @throws when the answer is another */
  async expect(status, method, path, body) {
    const answer = await this.api.call(method, path, { body });
    if (answer.status === status) return answer.body;
    throw new Error(
      `${method} ${path}: ${answer.status} in place of ${status}: ${JSON.stringify(answer.body)}`,
    );
  }

  patch(port, patch) {
    return this.expect(200, 'PATCH', `/api/ports/${port.name}`, patch);
  }

  /** A port that comes and goes. */
  extra() {
    const name = `extra${++this.#extra}`;
    return { name, serial: { port: 'loop://' }, servers: [{ protocol: 'websocket', endpoint: name }] };
  }

  /** Writes the file as editors do, and waits until the server says something of it. */
  async write(text, answer) {
    const { server } = this.world;
    const said = server.log.said(answer, TAKEN_MS);
    if (this.random.chance(0.5)) {
      writeFileSync(server.file, text);
    } else {
      writeFileSync(`${server.file}.new`, text);
      renameSync(`${server.file}.new`, server.file);
    }
    if (answer === WHAT_RUNS || this.random.chance(0.5)) server.reload();
    if (!(await said)) throw new Error(`the log does not say ${answer} within 30 s`);
  }

  get text() {
    return readFileSync(this.world.server.file, 'utf8');
  }
}

const EDITS = {
  'limits, over REST': (editor, port, random) =>
    editor.patch(port, {
      max_connections: random.whole(500, 900),
      serial: { baudrate: random.pick([9600, 115_200]) },
    }),

  async 'a server, over REST'(editor, port, random) {
    const servers = structuredClone(port.servers);
    const changed = random.pick(servers);
    if (changed.endpoint) changed.endpoint = `${port.name}-${random.whole(0, 1e6)}`;
    else if (changed.protocol === 'socket')
      changed.address = `${changed.address.replace(/-\d+$/, '')}-${random.whole(0, 1e6)}`;
    else [changed.port, editor.world.plan.spare] = [editor.world.plan.spare, changed.port];
    await editor.patch(port, { servers });
    port.servers = servers;
  },

  async 'another path of the device, over REST'(editor, port) {
    const other = port.serialPath === undefined ? `${port.link.replace(/(tty\d+)$/, './$1')}` : undefined;
    await editor.patch(port, { serial: { port: other ?? port.link } });
    port.serialPath = other;
  },

  async 'a port added and removed, over REST'(editor, _port, random) {
    const entry = editor.extra();
    await editor.expect(201, 'POST', '/api/ports', entry);
    await random.pause(0, 1);
    await editor.expect(200, 'DELETE', `/api/ports/${entry.name}`);
  },

  async 'an http server added and removed, over REST'(editor) {
    const { index } = await editor.expect(200, 'POST', '/api/settings/http', {
      address: '127.0.0.1',
      port: 0,
    });
    await editor.expect(200, 'DELETE', `/api/settings/http/${index}`);
  },

  async 'a client disconnected, over REST'(editor, port) {
    const { port: status } = await editor.expect(200, 'GET', `/api/status?port=${port.name}`);
    const server = status.servers.findIndex(({ connections }) => connections.length > 0);
    if (server < 0) return;
    const { id } = status.servers[server].connections[0];
    const { status: answer } = await editor.api.call(
      'DELETE',
      `/api/ports/${port.name}/connections/${server}/${id}`,
    );
    if (![200, 404].includes(answer)) throw new Error(`a client cannot be disconnected: ${answer}`);
  },

  async 'a token added and removed, over REST'(editor, port) {
    const { token, id } = await editor.expect(201, 'POST', '/api/tokens', { name: 'for a while' });
    const { endpoint } = port.servers.find((server) => server.endpoint);
    const link = await openWebSocket(`/ws/${endpoint}`, {
      web: { port: editor.world.plan.http },
      token,
      how: 'protocol',
    });
    await editor.expect(200, 'DELETE', `/api/tokens/${id}`);
    const how = await link.closed;
    if (!how.startsWith(TOKEN_ENDED))
      editor.world.tally.event('clients that were cut before their token ended');
  },

  async 'a refused change, over REST'(editor, port) {
    const [{ address, port: taken }] = editor.world.steady[0].servers;
    const servers = [...port.servers, { protocol: 'tcp', address, port: taken }];
    await editor.expect(409, 'PATCH', `/api/ports/${port.name}`, { servers });
    await editor.expect(400, 'PATCH', `/api/ports/${port.name}`, { serial: { baudrate: 'fast' } });
  },

  async 'ports moved and added, by hand'(editor, _port, random) {
    const document = JSON.parse(editor.text);
    const ports = document.ports.filter(({ name }) => !name.startsWith('extra'));
    ports.splice(random.whole(0, ports.length), 0, editor.extra());
    const [moved] = ports.splice(random.whole(0, ports.length - 1), 1);
    ports.splice(random.whole(0, ports.length), 0, moved);
    await editor.write(JSON.stringify({ ...document, ports }, null, random.pick([0, 1, 4])), IN_USE);
  },

  async 'mistakes, by hand'(editor, port, random) {
    const before = editor.text;
    const document = JSON.parse(before);
    const broken = random.pick([
      before.slice(0, random.whole(1, before.length - 3)),
      `${before} and more`,
      JSON.stringify({
        ...document,
        ports: [...document.ports, { serial: { port: 'x', baudrat: random.whole(1, 1e6) } }],
      }),
      JSON.stringify({ ...document, users: [{ login: `nobody${random.whole(0, 1e6)}` }] }),
    ]);
    await editor.write(broken, REFUSED);
    // Nothing that was written by hand may be lost.
    await editor.expect(409, 'PATCH', `/api/ports/${port.name}`, { max_connections: 7 });
    if (editor.text !== broken) throw new Error('the file with the mistakes was written over');
    await editor.write(before, WHAT_RUNS);
  },
};

/** What the file must say of the ports that nobody edits. @returns their names that differ */
export function changedEntries(world) {
  const { ports } = JSON.parse(readFileSync(world.server.file, 'utf8'));
  const untouched = world.plan.ports.filter(({ role }) => role !== 'edited').map(entryOf);
  return untouched
    .filter((entry) => !ports.some((now) => JSON.stringify(now) === JSON.stringify(entry)))
    .map(({ name }) => name);
}
