import { afterAll, afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { violations } from '../support/axe.js';
import { closeBrowser, closeTabs, loginByToken, openTab } from '../support/browser.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers, tcp, type TestServer } from '../support/server.js';

const TOKEN = 'the-admin-token';
const PASSWORD = `sha256:salt:${'0'.repeat(64)}`;
const CONFIG = {
  http: [{ name: 'main', address: '127.0.0.1', port: 0 }],
  users: [
    { login: 'anna', password: PASSWORD, admin: true },
    { login: 'boris', password: PASSWORD, session_timeout: 3600 },
  ],
  tokens: [
    { token: TOKEN, name: 'boss', admin: true },
    { token: 'another-token-of-them', name: 'reader' },
  ],
  ports: [
    { name: 'Loop', serial: { port: 'loop://' }, servers: [tcp()] },
    { name: 'Gone', serial: { port: '/dev/ser2tcp-none' }, servers: [tcp()] },
  ],
};
const PHONE = { width: 390, height: 844 };

let server: TestServer;
jest.setTimeout(120_000);

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const dialog = (page: Page) => page.getByRole('dialog');
const item = (page: Page, name: string) => page.getByRole('menuitem', { name });

async function openDialog(page: Page, by: string): Promise<void> {
  await button(page, by).click();
  await dialog(page).waitFor();
}

/** Somebody else adds a server to the first port. */
async function changeMeanwhile(): Promise<void> {
  await server.config.change((draft) => {
    const [port] = draft.ports as { servers: object[] }[];
    port?.servers.push(tcp());
  });
}

/** What can be opened over each page, and how. */
const OPENED: [string, string, (page: Page) => Promise<void>][] = [
  ['the menu of a port', '/', (page) => button(page, 'Actions for Loop').click()],
  [
    'the question before a port is deleted',
    '/',
    async (page) => {
      await button(page, 'Actions for Loop').click();
      await item(page, 'Delete').click();
      await dialog(page).waitFor();
    },
  ],
  ['the menu of the colour schemes', '/', (page) => button(page, /^Colour scheme/).click()],
  [
    'the conflict with somebody else',
    '/ports/0/edit',
    async (page) => {
      await page.getByRole('textbox', { name: 'Name' }).first().fill('Mine');
      await changeMeanwhile();
      await button(page, 'Save').click();
      await dialog(page).getByText('Changed by someone else').waitFor();
    },
  ],
  ['the users', '/users', (page) => page.getByRole('cell', { name: 'boris', exact: true }).waitFor()],
  ['a new user', '/users', (page) => openDialog(page, 'Add a user')],
  ['the tokens', '/tokens', (page) => page.getByRole('cell', { name: 'reader', exact: true }).waitFor()],
  ['a new token', '/tokens', (page) => openDialog(page, 'Add a token')],
  ['a new HTTP server', '/settings', (page) => openDialog(page, 'Add an HTTP server')],
  [
    'a notification',
    '/settings',
    async (page) => {
      await button(page, 'Save').click();
      await page.getByText('Saved').waitFor();
    },
  ],
];

describeWith(['chromium'], 'what opens over the pages of the console', () => {
  beforeEach(async () => {
    server = await startServer(CONFIG);
  });
  afterEach(async () => {
    await closeTabs();
    await stopServers();
  });
  afterAll(closeBrowser);

  async function open(options: BrowserContextOptions) {
    const tab = await openTab(server.url(), options);
    await loginByToken(tab.page, TOKEN);
    return tab;
  }

  it.each(['light', 'dark'] as const)('can be used by everybody, in the %s scheme', async (colorScheme) => {
    const { page, troubles } = await open({ colorScheme });
    const found: string[] = [];
    for (const [what, path, show] of OPENED) {
      await page.goto(server.url() + path);
      await page.getByRole('heading').first().waitFor();
      await show(page);
      found.push(...(await violations(page, 'page')).map((violation) => `${what}: ${violation}`));
    }
    await page.goto(server.url());
    await page.setViewportSize(PHONE);
    await button(page, 'Open the menu').click();
    await dialog(page).getByRole('link', { name: 'Settings' }).waitFor();
    found.push(...(await violations(page, 'page')).map((violation) => `the menu of a phone: ${violation}`));
    expect(found).toEqual([]);
    expect(troubles).toEqual([]);
  });
});
