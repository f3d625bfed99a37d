import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { closeBrowser, closeTabs, openTab, screenOf } from '../support/browser.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { describeWith } from '../support/needs.js';
import { startNginx, stopProxies } from '../support/proxy.js';
import { startServer, stopServers } from '../support/server.js';

let certificates: Certificates;
jest.setTimeout(120_000);

describeWith(['chromium', 'nginx', 'openssl'], 'the console behind nginx, below a path and in TLS', () => {
  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  afterEach(async () => {
    await closeTabs();
    await stopProxies();
    await stopServers();
  });
  afterAll(async () => {
    await closeBrowser();
    await certificates.remove();
  });

  it('logs in, shows what is live, opens a terminal and comes back', async () => {
    const server = await startServer({
      ports: [
        {
          name: 'Loop',
          serial: { port: 'loop://' },
          servers: [{ protocol: 'websocket', endpoint: 'rack/loop' }],
        },
      ],
      http: [{ address: '127.0.0.1', port: 0, base_path: '/serial', trusted_proxies: ['127.0.0.1'] }],
      tokens: [{ token: 'the-token', name: 'boss', admin: true }],
    });
    const proxy = await startNginx(Number(new URL(server.url()).port), certificates.server);
    const base = `https://localhost:${proxy.port}/serial`;
    const { page, troubles } = await openTab(`${base}/xterm/rack/loop`, { ignoreHTTPSErrors: true });
    await page.getByRole('button', { name: 'Use an API token instead' }).click();
    await page.getByRole('textbox', { name: 'API token' }).fill('the-token');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.locator('.xterm-helper-textarea').focus();
    await page.keyboard.type('through nginx');
    await screenOf(page).getByText('through nginx').waitFor();

    await page.getByRole('link', { name: 'To the ports' }).click();
    await page.getByRole('region', { name: 'Loop' }).getByText('Idle').waitFor();
    expect(page.url()).toMatch(/\/serial\/?$/);
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'HTTP servers' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'HTTP servers' }).waitFor();
    expect(page.url()).toBe(`${base}/settings`);

    await page.goto(`${base}/ports/0/edit`);
    await page.getByRole('textbox', { name: 'Name' }).first().fill('Looped');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('region', { name: 'Looped' }).waitFor();

    await page.goto(`${base}/terminals`);
    for (const name of ['Looped · Hex view', 'Looped · Monitor']) {
      await page.getByRole('button', { name: 'Open a terminal' }).click();
      await page.getByRole('menuitem', { name }).click();
      await page.getByText('Connected', { exact: true }).filter({ visible: true }).waitFor();
    }
    await page.getByRole('button', { name: 'Looped · Hex view', exact: true }).click();
    await page.getByRole('textbox', { name: 'Send' }).fill('below');
    await page.keyboard.press('Enter');
    await page.getByRole('log').filter({ visible: true }).getByText('below').nth(1).waitFor();
    await page.getByRole('button', { name: 'Looped · Monitor', exact: true }).click();
    await page.getByRole('log').filter({ visible: true }).getByText('below').nth(1).waitFor();
    for (const [tab, path] of [
      ['Looped · Monitor', 'monitor/Looped'],
      ['Looped · Hex view', 'raw/rack/loop'],
    ] as const) {
      await page.getByRole('button', { name: tab, exact: true }).click();
      await page.getByRole('link', { name: `Open as a page of its own: ${tab}` }).click();
      // Until then what is shown is both tabs of the page before.
      await page.getByRole('link', { name: 'To the ports' }).waitFor();
      await page.getByText('Connected', { exact: true }).waitFor();
      expect(page.url()).toBe(`${base}/${path}`);
      await page.goBack();
    }

    await page.goto(`${base}/tokens`);
    await page.getByRole('button', { name: 'Add a token' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('pipeline');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('Copy it now').waitFor();
    expect(troubles).toEqual([]);
  });
});
