import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { checkConfig } from '../../src/config/check.js';
import type { PortEntry } from '../../src/config/config.js';
import { asWritten, shownPort } from '../../src/config/shown.js';
import { mistakes } from '../support/answers.js';
import { api } from '../support/api.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { describeWith } from '../support/needs.js';
import { restOf } from '../support/rest.js';
import { portEntries } from '../support/port-entries.js';
import { startServer, stopServers, tcp } from '../support/server.js';

const HTTP = [{ address: '127.0.0.1', port: 0 }];
afterEach(stopServers);

/** What the Python program took, and what it means. */
const OLD = {
  name: 'old',
  on_limit: 'Reject',
  serial: {
    port: 'loop://',
    baudrate: '115200',
    bytesize: 'sevenbits',
    parity: 'even',
    stopbits: '2',
    xonxoff: 0,
  },
  servers: [
    tcp({ protocol: 'TCP', buffer_limit: 0, control: { rts: 1, signals: ['RTS', 'Cts'] } }),
    tcp({ protocol: 'Telnet', control: {} }),
    { protocol: 'websocket', endpoint: 'a', control: false, token: null },
  ],
};
const TODAY = {
  name: 'old',
  on_limit: 'reject',
  serial: { port: 'loop://', baudrate: 115_200, bytesize: 7, parity: 'E', stopbits: 2, xonxoff: false },
  servers: [
    tcp({ buffer_limit: null, control: { rts: true, signals: ['rts', 'cts'] } }),
    tcp({ protocol: 'telnet', control: null }),
    { protocol: 'websocket', endpoint: 'a', control: null, token: null },
  ],
};
const WRONG: [unknown, string[]][] = [
  ['not an object', ['']],
  [null, ['']],
  [{ name: 7, serial: [], servers: 'tcp' }, ['name', 'serial', 'servers']],
  [{ serial: { port: 'loop://', baudrat: 9600 } }, ['serial.baudrat']],
  [
    { serial: { port: 'loop://', parity: { is: 'even' } }, max_connections: '7' },
    ['serial.parity', 'max_connections'],
  ],
  [{ ...OLD, servers: [OLD.servers[0], 5, { protocol: 'teln' }] }, ['servers[1]', 'servers[2].protocol']],
  [{ serial: { port: 'loop://' }, servers: [OLD.servers[2]] }, ['servers[0].endpoint']],
];

describe('entries', () => {
  it('are answered as the document says, however old their form is, and whatever is wrong with them', async () => {
    const entries = [OLD, ...WRONG.map(([entry]) => entry)];
    const server = await startServer({ http: HTTP, ports: entries });
    const { body } = await api(server).get('/api/ports');
    expect(body[0]).toEqual(TODAY);
    for (const [at, [entry, places]] of WRONG.entries()) {
      const { issues, ...written } = body[at + 1];
      expect(written).toEqual(typeof entry === 'object' && entry !== null ? entry : {});
      expect(new Set(issues.map(({ path }: { path: string }) => path))).toEqual(new Set(places));
    }
    for (const at of entries.keys())
      expect((await api(server).get(`/api/ports/${at}`)).body).toEqual(body[at]);
  });

  it('of http servers too, for everybody who may see them', async () => {
    const wrong = { name: {}, address: 5, port: 99_999, allow: 'x', ssl: [] };
    const tokens = [{ token: 'boss', admin: true }, { token: 'worker' }];
    const server = await startServer({ http: [...HTTP, wrong, 'x', { ...HTTP[0], listening: 7 }], tokens });
    const { body } = await api(server, 'boss').get('/api/settings');
    expect(body.http[1]).toMatchObject({ ...wrong, issues: expect.anything(), error: expect.any(String) });
    expect(body.http[2]).toMatchObject({ issues: [{ path: '', message: 'must be an object in braces' }] });
    expect((await api(server, 'worker').get('/api/settings')).body.http[1]).toMatchObject({ port: 99_999 });
  });

  it('that are sent back as they came change nothing, not even how the file is written', async () => {
    const server = await startServer({ http: HTTP, ports: [{ kept: [null, { a: null }], ...OLD }] });
    const before = await readFile(server.path, 'utf8');
    // The document has no unknown keys.
    const rest = restOf(server.url());
    const { body, headers } = await rest.get('/api/ports/0');
    expect(body).toEqual({ kept: [null, { a: null }], ...TODAY });
    const answer = await rest.put('/api/ports/0', body, { 'If-Match': String(headers.get('ETag')) });
    expect([answer.status, answer.headers.get('ETag')]).toEqual([200, headers.get('ETag')]);
    const { serial, servers } = body as typeof TODAY;
    expect((await rest.patch('/api/ports/0', { serial, servers })).headers.get('ETag')).toBe(
      headers.get('ETag'),
    );
    expect(await readFile(server.path, 'utf8')).toBe(before);
  });

  it('that are sent back with a change have that one alone', async () => {
    const server = await startServer({ http: HTTP, ports: [OLD] });
    const { body } = await api(server).get('/api/ports/0');
    const [, telnet, websocket] = body.servers;
    const sent = {
      ...body,
      serial: { ...body.serial, parity: 'O' },
      servers: [{ ...telnet, deny: [] }, websocket],
    };
    expect((await api(server).put('/api/ports/0', sent)).status).toBe(200);
    const { ports } = JSON.parse(await readFile(server.path, 'utf8'));
    expect(ports[0]).toEqual({
      ...OLD,
      serial: { ...OLD.serial, parity: 'O' },
      servers: [{ ...OLD.servers[1], protocol: 'telnet', control: null, deny: [] }, OLD.servers[2]],
    });
  });

  it('take no issues into the file', async () => {
    const server = await startServer({ http: HTTP, ports: [{ serial: { port: 'loop://', baudrat: 1 } }] });
    const { body } = await api(server).get('/api/ports/0');
    expect((await api(server).put('/api/ports/0', { ...body, name: 'x' })).body.issues).toEqual(body.issues);
    const { issues: _, ...mended } = { ...body, serial: { port: 'loop://' } };
    expect((await api(server).put('/api/ports/0', { ...mended, issues: body.issues })).status).toBe(200);
    expect((await api(server).post('/api/ports', { ...mended, issues: [] })).status).toBe(201);
    expect(JSON.parse(await readFile(server.path, 'utf8')).ports).toEqual([mended, mended]);
  });
});

describeWith(['openssl'], 'entries', () => {
  let certificates: Certificates;
  beforeAll(async () => void (certificates = await makeCertificates()));
  afterAll(() => certificates.remove());

  it('that replace others count as they were sent, whatever stood there', () => {
    const checked = (entry: unknown) => checkConfig({ ports: [entry] }).ports[0] as PortEntry;
    const all = portEntries(300, certificates, '/tmp') as { serial: object; servers?: object[] }[];
    for (const [index, sent] of all.entries()) {
      const other = all.at(index - 1);
      const moved = { ...sent, serial: other?.serial, servers: sent.servers?.toReversed() };
      for (const before of [other, moved]) {
        const written = asWritten(sent, shownPort(checked(before)), before);
        const values = [sent, written].map((entry) => {
          const { value, servers } = checked(entry);
          return { value, servers: servers.map((server) => server.value) };
        });
        expect(values[1]).toEqual(values[0]);
      }
    }
  });

  it('fit the document in every spelling that is read', () => {
    for (const entry of portEntries(500, certificates, '/tmp')) {
      const [port] = checkConfig({ ports: [entry] }).ports;
      expect({ entry, issues: port?.issues }).toEqual({ entry, issues: [] });
      const shown = port && shownPort(port);
      expect({ entry, wrong: mistakes(shown, 'components', 'schemas', 'PortView') }).toEqual({
        entry,
        wrong: undefined,
      });
    }
  });
});
