import { afterAll, afterEach, expect, it, jest } from '@jest/globals';
import { card, closeBrowser, closeTabs, openTab, screenOf } from '../support/browser.js';
import { closeClients, connectTcp } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers, tcp } from '../support/server.js';

const CONFIG = {
  http: [{ address: '127.0.0.1', port: 0 }],
  ports: [
    {
      name: 'Loop',
      serial: { port: 'loop://' },
      servers: [{ protocol: 'websocket', endpoint: 'loop' }, tcp()],
    },
  ],
};

jest.setTimeout(120_000);

describeWith(['chromium'], 'what stays while other pages of the console are looked at', () => {
  afterEach(async () => {
    await closeTabs();
    closeClients();
    await stopServers();
  });
  afterAll(closeBrowser);

  it('are terminals, connected, and with all that they have shown', async () => {
    const server = await startServer(CONFIG);
    const { page, troubles } = await openTab(`${server.url()}/terminals`);
    const sockets: string[] = [];
    page.on('websocket', (socket) => sockets.push(new URL(socket.url()).pathname));
    const open = async (kind: string) => {
      await page.getByRole('button', { name: 'Open a terminal' }).click();
      await page.getByRole('menuitem', { name: `loop · ${kind}` }).click();
    };
    await open('Terminal');
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.keyboard.type('before ');
    await screenOf(page).getByText('before').waitFor();
    await open('Hex view');
    await page.getByText('Nothing yet').waitFor();
    await page.getByText('Connected', { exact: true }).filter({ visible: true }).waitFor();

    // A page of the console, and one that has the window to itself.
    await page.getByRole('link', { name: 'Ports' }).click();
    await card(page, 'Loop').getByText('Open').waitFor();
    const client = await connectTcp(server.tcpPort(0, 1));
    client.socket.write('meanwhile ');
    await client.got.take(10);
    await card(page, 'Loop').getByRole('link', { name: 'Hex view: loop' }).click();
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'To the ports' }).click();

    await page.getByRole('link', { name: 'Terminals' }).click();
    await page.getByRole('log').getByText('meanwhile').waitFor();
    await page.getByRole('button', { name: 'Loop · Terminal', exact: true }).click();
    await screenOf(page).getByText('before meanwhile').waitFor();
    await page.getByRole('textbox', { name: 'Terminal of loop' }).pressSequentially('after');
    await screenOf(page).getByText('before meanwhile after').waitFor();
    expect(sockets).toEqual(['/ws/loop', '/ws/loop', '/ws/loop']);
    expect(troubles).toEqual([]);
  });

  it('is the throughput of the last minute', async () => {
    const server = await startServer(CONFIG);
    const { page } = await openTab(server.url());
    const line = card(page, 'Loop')
      .getByRole('img', { name: /^Throughput/ })
      .locator('path')
      .nth(1);
    await card(page, 'Loop').getByText('Idle').waitFor();
    const flat = await line.getAttribute('d');
    const client = await connectTcp(server.tcpPort(0, 1));
    client.socket.write(Buffer.alloc(4096));
    await client.got.take(4096);
    await line.and(page.locator(`path:not([d="${flat}"])`)).waitFor({ state: 'attached' });
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'HTTP servers' }).waitFor();
    await page.getByRole('link', { name: 'Ports' }).click();
    expect(await line.getAttribute('d')).not.toBe(flat);
  });
});
