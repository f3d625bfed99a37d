import { afterAll, afterEach, expect, it, jest } from '@jest/globals';
import { card, closeBrowser, closeTabs, dialog, openTab } from '../support/browser.js';
import { closeClients, connectTcp } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers, tcp, type TestServer } from '../support/server.js';

const HTTP = { http: [{ address: '127.0.0.1', port: 0 }] };
const loop = (more: object = {}) => ({ serial: { port: 'loop://' }, servers: [], ...more });
const portsOf = (server: TestServer) => (server.config.current.document as { ports: object[] }).ports;
/** Somebody else. */
const removeFirst = (server: TestServer) =>
  server.config.change((draft) => void (draft['ports'] as object[]).shift());

jest.setTimeout(120_000);

describeWith(['chromium'], 'what others change while somebody looks at it', () => {
  afterEach(async () => {
    await closeTabs();
    closeClients();
    await stopServers();
  });
  afterAll(closeBrowser);

  it('deletes the port that was asked about, though it has moved', async () => {
    const ports = ['One', 'Two', 'Three'].map((name) => loop({ name }));
    const server = await startServer({ ...HTTP, ports });
    const { page } = await openTab(server.url());
    await page.getByRole('button', { name: 'Actions for Two' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await dialog(page).getByText('Delete Two?').waitFor();
    await removeFirst(server);
    await dialog(page).getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Two is deleted').waitFor();
    expect(portsOf(server)).toEqual([ports[2]]);
  });

  it('deletes no other port in the place of one without a name', async () => {
    const ports = [9600, 19_200, 38_400].map((baudrate) => loop({ serial: { port: 'loop://', baudrate } }));
    const server = await startServer({ ...HTTP, ports });
    const { page } = await openTab(server.url());
    const second = page.getByRole('region').filter({ hasText: '19200 8N1' });
    await second.getByRole('button', { name: /^Actions for/ }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await dialog(page).waitFor();
    await removeFirst(server);
    await dialog(page).getByRole('button', { name: 'Delete' }).click();
    await page.getByText('The list of ports has changed meanwhile').waitFor();
    expect(portsOf(server)).toEqual(ports.slice(1));
  });

  it('sets the lines of the port that the switch is of, before the console knows that it has moved', async () => {
    const ports = ['One', 'Two', 'Three'].map((name) => loop({ name, servers: [tcp()] }));
    const server = await startServer({ ...HTTP, ports });
    const { page } = await openTab(server.url());
    // All ports are open, so that each has a line to set.
    for (const at of ports.keys()) await connectTcp(server.tcpPort(at));
    const lamp = card(page, 'Two').getByRole('switch', { name: 'RTS' });
    await lamp.waitFor();
    await page.route('**/api/ports/**', async (route) => {
      await removeFirst(server);
      await route.continue();
    });
    const answer = page.waitForResponse(/signals$/);
    await lamp.click();
    expect((await answer).status()).toBe(200);
    const signals = (await (await fetch(`${server.url()}/api/signals`)).json()) as object[];
    expect(signals).toMatchObject([
      { name: 'Two', signals: { rts: false } },
      { name: 'Three', signals: { rts: true } },
    ]);
  });
});
