import { afterAll, afterEach, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { violations } from '../support/axe.js';
import { closeBrowser, closeTabs, loginByToken, openTab, screenOf } from '../support/browser.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers, tcp } from '../support/server.js';

/** As it is sent: gzip, since browsers take brotli by TLS only. */
const FIRST_LOAD_BYTES = 260_000;
const HOSTILE = '<img src=x onerror=alert(1)>';

const CONFIG = {
  http: [{ name: 'main', address: '127.0.0.1', port: 0 }],
  tokens: [{ token: 'the-admin-token', name: 'admin', admin: true }],
  ports: [
    {
      name: HOSTILE,
      serial: { port: 'loop://' },
      servers: [
        tcp({ control: { rts: true, signals: ['rts', 'cts'] }, allow: ['127.0.0.1'] }),
        {
          protocol: 'websocket',
          endpoint: 'loop',
          control: { rts: true, dtr: true, signals: ['rts', 'cts'] },
        },
      ],
    },
    { serial: { match: { product: HOSTILE } }, servers: [tcp()] },
  ],
};

const login = (page: Page) => loginByToken(page, 'the-admin-token');

/** Each page, and what says that it is there. */
const PAGES: [string, string][] = [
  ['/', 'heading: Ports'],
  ['/ports/new', 'heading: Add a port'],
  ['/ports/0/edit', 'heading: Way'],
  ['/terminals', 'heading: No terminal is open'],
  ['/users', 'heading: Nobody has an account'],
  ['/tokens', 'cell: admin'],
  ['/settings', 'heading: HTTP servers'],
  ['/xterm/loop', 'status: Connected'],
  ['/raw/loop', 'status: Connected'],
  [`/monitor/${encodeURIComponent(HOSTILE)}`, 'status: Connected'],
  ['/xterm/nothing', 'alert: There is no WebSocket endpoint'],
];

jest.setTimeout(120_000);

describeWith(['chromium'], 'every page of the console', () => {
  afterEach(async () => {
    await closeTabs();
    await stopServers();
  });
  afterAll(closeBrowser);

  it.each(['light', 'dark'] as const)('can be used by everybody, in the %s scheme', async (colorScheme) => {
    const server = await startServer(CONFIG);
    const { page, troubles } = await openTab(server.url(), { colorScheme });
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    const found = await violations(page);
    await login(page);
    for (const [path, sign] of PAGES) {
      await page.goto(server.url() + path);
      const [role = '', text = ''] = sign.split(': ');
      await page
        .getByRole(role as 'heading')
        .filter({ hasText: text })
        .first()
        .waitFor();
      found.push(...(await violations(page)).map((violation) => `${path} ${violation}`));
    }
    expect(found).toEqual([]);
    expect(troubles).toEqual([]);
  });

  it('takes at most 260 kB for the first look at the ports', async () => {
    const server = await startServer({ ...CONFIG, tokens: [] });
    const { page } = await openTab(server.url());
    await page.getByRole('heading', { name: 'Ports' }).waitFor();
    await page.getByRole('region', { name: HOSTILE }).waitFor();
    const loaded = await page.evaluate<[string, number][]>(
      `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
        .map(({ name, encodedBodySize }) => [new URL(name).pathname, encodedBodySize])`,
    );
    const files = loaded.filter(([path]) => path === '/' || path.startsWith('/assets/'));
    expect(files.length).toBeGreaterThan(3);
    expect(files.reduce((total, [, size]) => total + size, 0)).toBeLessThan(FIRST_LOAD_BYTES);
  });

  it('fits a phone: nothing is wider than the window', async () => {
    const server = await startServer(CONFIG);
    const { page } = await openTab(server.url(), { viewport: { width: 390, height: 844 } });
    await login(page);
    const wide: string[] = [];
    for (const [path, sign] of PAGES) {
      await page.goto(server.url() + path);
      const [role = '', text = ''] = sign.split(': ');
      await page
        .getByRole(role as 'heading')
        .filter({ hasText: text })
        .first()
        .waitFor();
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      if (width > 390) wide.push(`${path}: ${width}`);
    }
    expect(wide).toEqual([]);
  });

  it.each(['my device', 'lab/which? #1 of 50%'])(
    'leads to the terminals of the endpoint %s',
    async (endpoint) => {
      const servers = [{ protocol: 'websocket', endpoint, control: { signals: ['cts'] } }];
      const server = await startServer({
        ...CONFIG,
        tokens: [],
        ports: [{ name: 'The lab', serial: { port: 'loop://' }, servers }],
      });
      const { page, troubles } = await openTab(server.url());
      for (const [link, kind] of [
        ['Terminal', 'xterm'],
        ['Hex view', 'raw'],
      ]) {
        await page.goto(server.url());
        await page.getByRole('link', { name: `${link}: ${endpoint}` }).click();
        await page.getByText('Connected', { exact: true }).waitFor();
        await page.reload();
        await page.getByRole('heading', { name: 'The lab', exact: true }).waitFor();
        await page.getByText('Connected', { exact: true }).waitFor();
        expect(decodeURIComponent(new URL(page.url()).pathname)).toBe(`/${kind}/${endpoint}`);
        await page.getByText('CTS').first().waitFor();
      }
      expect(troubles).toEqual([]);
    },
  );

  it('shows names and bytes that are markup or escape sequences as text', async () => {
    const server = await startServer(CONFIG);
    const { page, troubles } = await openTab(server.url());
    page.on('dialog', () => troubles.push('a dialog'));
    await login(page);
    await page.getByRole('heading', { name: HOSTILE }).waitFor();
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: `Actions for ${HOSTILE}` }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await dialog.getByText(`Delete ${HOSTILE}?`).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    await page.goto(`${server.url()}/ports/1/edit`);
    await page.getByRole('textbox', { name: 'Name' }).first().fill(`${HOSTILE} mine`);
    await server.config.change((draft) => {
      Object.assign(draft.ports[1] as object, { name: `${HOSTILE} theirs` });
    });
    await page.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText(`${HOSTILE} theirs`, { exact: true }).waitFor();
    await dialog.getByText(`${HOSTILE} mine`, { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Put my changes on top of theirs' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/<img src=x onerror=alert\(1\)> \w+ is saved/).waitFor();
    await page.getByRole('heading', { name: `${HOSTILE} mine` }).waitFor();

    await page.goto(`${server.url()}/raw/loop`);
    await page.getByText('Connected', { exact: true }).waitFor();
    const box = page.getByRole('textbox', { name: 'Send' });
    await box.fill('<script>alert(1)</script>');
    await box.press('Enter');
    await page.getByRole('log').getByText('<script>alert(1)').first().waitFor();
    await page.goto(`${server.url()}/xterm/loop`);
    await page.getByText('Connected', { exact: true }).waitFor();
    // Title, clipboard, window size, a link that is no web page, and then something to wait for.
    await page.keyboard.insertText(
      '\u001b]0;owned\u0007\u001b]52;c;b3duZWQ=\u0007\u001b[8;10;10t\u001b]8;;javascript:alert(1)\u0007link\u001b]8;;\u0007<svg onload=alert(1)>done',
    );
    await screenOf(page).getByText('<svg onload=alert(1)>done').waitFor();
    expect(await page.title()).toBe(`${HOSTILE} · Terminal · ser2tcp`);
    expect(troubles).toEqual([]);
  });
});
