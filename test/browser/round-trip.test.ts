import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { closeBrowser, closeTabs, field, openTab } from '../support/browser.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { describeWith } from '../support/needs.js';
import { portEntries } from '../support/port-entries.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';

const HTTP = [{ address: '127.0.0.1', port: 0 }];
const CONFIGS = 200;

jest.setTimeout(1_800_000);

type Entry = Record<string, unknown> & {
  serial: Record<string, unknown>;
  servers: Record<string, unknown>[];
};

/** A change in the form, and what it does to the entry. */
interface Edit {
  /** Whether an entry has what is changed. */
  fits?: (entry: Entry) => boolean;
  act: (page: Page, entry: Entry) => Promise<void>;
  done: (entry: Entry) => void;
}

const way = (page: Page, at: number) => page.getByRole('group', { name: `Way in ${at + 1}: ` });
const placeOf = (entry: Entry, protocol: RegExp) =>
  entry.servers.findIndex((server) => protocol.test(String(server['protocol'])));

/** A field of the port itself. */
const text = (label: string, value: string, done: Edit['done']): Edit => ({
  act: (page) => field(page, label).fill(value),
  done,
});
const choice = (label: string, option: string, done: Edit['done']): Edit => ({
  act: async (page) => {
    await field(page, label).click();
    await page.getByRole('option', { name: option, exact: true }).click();
  },
  done,
});
/** A field of the first way in of a kind. */
const inWay = (protocol: RegExp, label: string, value: string, key: string, written: unknown): Edit => ({
  fits: (entry) => placeOf(entry, protocol) >= 0,
  act: async (page, entry) => {
    const group = way(page, placeOf(entry, protocol));
    await group.getByRole('button', { name: 'Limits and filters' }).waitFor();
    if (!(await field(group, label).isVisible()))
      await group.getByRole('button', { name: 'Limits and' }).click();
    await field(group, label).fill(value);
  },
  done: (entry) => (entry.servers[placeOf(entry, protocol)]![key] = written),
});

const EDITS: Edit[] = [
  text('Name', 'another name', (entry) => (entry['name'] = 'another name')),
  text('Baud rate', '4800', ({ serial }) => (serial['baudrate'] = 4800)),
  text('Clients over all ways in', '77', (entry) => (entry['max_connections'] = 77)),
  inWay(/./, 'Bytes that may wait for a client', '65536', 'buffer_limit', 65_536),
  inWay(/./, 'Disconnect without traffic after', '61', 'idle_timeout', 61),
  inWay(/./, 'Client must take its bytes within', '7', 'send_timeout', 7),
  inWay(/tcp|telnet|ssl/i, 'Address', '127.0.0.2', 'address', '127.0.0.2'),
  inWay(/websocket/, 'Endpoint', 'another/place', 'endpoint', 'another/place'),
  inWay(/websocket/, 'Token of its own', 'another', 'token', 'another'),
  inWay(/socket$/, 'Clients at one time', '9', 'max_connections', 9),
  {
    ...choice('Data bits', '6', ({ serial }) => (serial['bytesize'] = 6)),
    fits: ({ serial }) => serial['bytesize'] !== 6,
  },
  {
    ...choice('Parity', 'Mark', ({ serial }) => (serial['parity'] = 'M')),
    fits: ({ serial }) => serial['parity'] !== 'MARK',
  },
  choice('DTR at open', 'As the system has it', ({ serial }) => delete serial['dtr']),
  {
    act: (page) => page.getByRole('switch', { name: 'RTS / CTS' }).press('Space'),
    done: ({ serial }) => {
      if (serial['rtscts'] === true) delete serial['rtscts'];
      else serial['rtscts'] = true;
    },
  },
  {
    ...text('Vendor id', '0xCAFE', ({ serial }) => ((serial['match'] as Entry)['vid'] = '0xCAFE')),
    fits: ({ serial }) => 'match' in serial,
  },
  {
    fits: ({ servers }) => servers.length > 0,
    act: (page) => page.getByRole('button', { name: /^Remove Way in 1/ }).click(),
    done: ({ servers }) => servers.shift(),
  },
];
/** One that an entry has, another one for each entry. */
const editOf = (entry: Entry, index: number): Edit =>
  EDITS.map((_, at) => EDITS[(index + at) % EDITS.length]!).find(({ fits }) => fits?.(entry) ?? true)!;

/** To a page of the console without loading it anew. */
async function open(page: Page, path: string): Promise<void> {
  await page.evaluate(
    `history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate', { state: null }))`,
  );
}

const saveButton = (page: Page) => page.getByRole('button', { name: 'Save' });

async function save(page: Page): Promise<void> {
  const answer = page.waitForResponse((response) => response.request().method() === 'PUT');
  await saveButton(page).click();
  expect(await (await answer).json()).toEqual({ ok: true });
  await page.getByRole('heading', { name: 'Ports', exact: true }).waitFor();
}

describeWith(['chromium', 'openssl'], 'the port editor', () => {
  let certificates: Certificates;
  let folder: string;
  beforeAll(async () => {
    certificates = await makeCertificates();
    folder = await mkdtemp(join(tmpdir(), 'ser2tcp-sockets-'));
  });
  afterEach(async () => {
    await closeTabs();
    await stopServers();
  });
  afterAll(async () => {
    await closeBrowser();
    await certificates.remove();
    await rm(folder, { recursive: true });
  });

  const portsIn = async (server: TestServer) =>
    (JSON.parse(await readFile(server.path, 'utf8')) as { ports: Entry[] }).ports;

  it(`leaves ${CONFIGS} entries as they were when nothing is changed, and changes nothing but what is`, async () => {
    const entries = portEntries(CONFIGS, certificates, folder) as Entry[];
    const server = await startServer({ http: HTTP, ports: [] });
    const { page, troubles } = await openTab(server.url());
    for (const [index, entry] of entries.entries()) {
      await server.config.change((draft) => (draft['ports'] = [entry]));
      const before = await readFile(server.path, 'utf8');
      await open(page, '/ports/0/edit');
      await save(page);
      expect(await readFile(server.path, 'utf8')).toBe(before);

      const edit = editOf(entry, index);
      await open(page, '/ports/0/edit');
      await saveButton(page).waitFor();
      await edit.act(page, entry);
      await save(page);
      const expected = JSON.parse(JSON.stringify(entry)) as Entry;
      edit.done(expected);
      expect(await portsIn(server)).toEqual([expected]);
    }
    expect(troubles).toEqual([]);
  });

  it('keeps what is no setting of today, and how it is written', async () => {
    // Old spellings, nulls, a number as text, keys in another order.
    const ports = [
      { name: '', max_connections: 0, serial: { port: 'loop://', parity: 'odd', timeout: 1 }, servers: [] },
      {
        on_limit: 'kick-oldest',
        serial: { match: { vid: 1027, pid: '0x6001', product: 'FT*' }, baudrate: 31_250, rts: false },
        servers: [
          { protocol: 'tcp', port: 0, address: '127.0.0.1', data: false, control: { signals: [] } },
          { protocol: 'TELNET', address: '::1', port: 0, deny: ['10.0.0.0/8'], idle_timeout: 0.5 },
        ],
      },
    ];
    const server = await startServer({ http: HTTP, ports });
    const { page } = await openTab(server.url());
    for (const index of ports.keys()) {
      const before = await readFile(server.path, 'utf8');
      await open(page, `/ports/${index}/edit`);
      await save(page);
      expect(await readFile(server.path, 'utf8')).toBe(before);
    }
  });
});
