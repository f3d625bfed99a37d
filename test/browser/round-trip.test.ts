import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { closeBrowser, closeTabs, openTab } from '../support/browser.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { describeWith } from '../support/needs.js';
import { portEntries } from '../support/port-entries.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';

const HTTP = [{ address: '127.0.0.1', port: 0 }];
const CONFIGS = 200;
/** One in so many is changed too. */
const CHANGED = 4;

jest.setTimeout(900_000);

type Entry = Record<string, unknown> & {
  serial: Record<string, unknown>;
  servers: Record<string, unknown>[];
};

/** A field of the form, and what it does to the entry when this is put into it. */
interface Edit {
  field: (page: Page) => Locator;
  value: string;
  done: (entry: Entry) => void;
}
const way = (page: Page, at: number) => page.getByRole('group', { name: `Way in ${at + 1}: ` });
const EDITS: Edit[] = [
  {
    field: (page) => page.getByRole('textbox', { name: 'Name', exact: true }),
    value: 'another name',
    done: (entry) => (entry['name'] = 'another name'),
  },
  {
    field: (page) => page.getByRole('combobox', { name: 'Baud rate' }),
    value: '4800',
    done: ({ serial }) => (serial['baudrate'] = 4800),
  },
  {
    field: (page) => page.getByRole('textbox', { name: 'Clients at one time, over all ways in' }),
    value: '77',
    done: (entry) => (entry['max_connections'] = 77),
  },
  {
    field: (page) => way(page, 0).getByRole('textbox', { name: 'Bytes that may wait for a client' }),
    value: '65536',
    done: ({ servers }) => (servers[0]!['buffer_limit'] = 65_536),
  },
];

/** To a page of the console without loading it anew. */
async function open(page: Page, path: string): Promise<void> {
  await page.evaluate(
    `history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate', { state: null }))`,
  );
}

async function save(page: Page): Promise<void> {
  const answer = page.waitForResponse((response) => response.request().method() === 'PUT');
  await page.getByRole('button', { name: 'Save' }).click();
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
      await open(page, '/ports/0/edit');
      await save(page);
      expect(JSON.stringify(await portsIn(server))).toBe(JSON.stringify([entry]));

      if (index % CHANGED > 0) continue;
      const edit = EDITS[(index / CHANGED) % (entry.servers.length > 0 ? 4 : 3)]!;
      await open(page, '/ports/0/edit');
      const limits = page.getByRole('button', { name: 'Limits and filters', expanded: false }).first();
      await page.getByRole('button', { name: 'Save' }).waitFor();
      if (edit === EDITS[3] && !(await edit.field(page).isVisible())) await limits.click();
      await edit.field(page).fill(edit.value);
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
      await open(page, `/ports/${index}/edit`);
      await save(page);
      expect(JSON.stringify(await portsIn(server))).toBe(JSON.stringify(ports));
    }
  });
});
