import { afterAll, afterEach, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { closeBrowser, closeTabs, openTab } from '../support/browser.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers, tcp } from '../support/server.js';

jest.setTimeout(60_000);

/** As a file may have them: old spellings, settings that mean nothing here, every protocol. */
const PORTS = [
  {
    name: '',
    max_connections: 0,
    serial: { port: 'loop://', bytesize: 'SEVENBITS', parity: 'odd', timeout: 1 },
    servers: [],
  },
  {
    on_limit: 'kick-oldest',
    serial: {
      match: { vid: 1027, pid: '0x6001', product: 'FT*' },
      baudrate: 31_250,
      stopbits: 'ONE_POINT_FIVE',
      rts: false,
    },
    servers: [
      tcp({ data: false, control: { signals: [] }, buffer_limit: null, allow: [] }),
      { protocol: 'TELNET', address: '::1', port: 0, deny: ['10.0.0.0/8'], idle_timeout: 0.5 },
    ],
  },
  {
    name: 'three',
    serial: { exclusive: false, port: 'loop://', hupcl: true, dsrdtr: true, inter_byte_timeout: null },
    servers: [
      { token: 'secret', endpoint: 'x/y', protocol: 'websocket', control: { poll_interval: 2, dtr: true } },
      { protocol: 'ssl', address: '127.0.0.1', port: 0, ssl: { certfile: 'a', keyfile: 'b', ca_certs: 'c' } },
    ],
  },
];

describeWith(['chromium'], 'the port editor', () => {
  afterEach(async () => {
    await closeTabs();
    await stopServers();
  });
  afterAll(closeBrowser);

  it('leaves the file as it was when nothing is changed', async () => {
    const server = await startServer({ http: [{ address: '127.0.0.1', port: 0 }], ports: PORTS });
    const entries = async () => (JSON.parse(await readFile(server.path, 'utf8')) as { ports: unknown }).ports;
    const { page } = await openTab(server.url());
    for (const index of PORTS.keys()) {
      await page.goto(`${server.url()}/ports/${index}/edit`);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('heading', { name: 'Ports' }).waitFor();
      expect(await entries()).toEqual(PORTS);
      expect(JSON.stringify(await entries())).toBe(JSON.stringify(PORTS));
    }
  });
});
