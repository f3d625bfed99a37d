import { afterAll, afterEach, expect, it, jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { closeBrowser, closeTabs, dialog, field, openTab } from '../support/browser.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';

const PASSWORD = 'correct horse battery';
/** As in old files: cheap to check. */
const HASH = `sha256:salt:${createHash('sha256').update(`salt${PASSWORD}`).digest('hex')}`;
const CONFIG = {
  http: [{ name: 'main', address: '127.0.0.1', port: 0 }],
  users: ['anna', 'bob'].map((login) => ({ login, password: HASH, admin: login === 'anna' })),
  ports: [
    {
      name: 'Loop',
      serial: { port: 'loop://' },
      servers: [{ protocol: 'websocket', endpoint: 'loop' }],
    },
  ],
};

const loginForm = (page: Page) => page.getByRole('dialog', { name: 'Log in' });

async function login(page: Page, as: string): Promise<void> {
  await field(loginForm(page), 'Login').fill(as);
  await field(loginForm(page), 'Password').fill(PASSWORD);
  await loginForm(page).getByRole('button', { name: 'Log in' }).click();
  await loginForm(page).waitFor({ state: 'hidden' });
}

const tokenOf = (page: Page) =>
  page.evaluate<string>(
    `sessionStorage.getItem(Object.keys(sessionStorage).find((key) => key.endsWith('session')))`,
  );

const withToken = (server: TestServer, token: string, path: string, method = 'GET') =>
  fetch(`${server.url()}${path}`, { method, headers: { Authorization: `Bearer ${token}` } });

jest.setTimeout(120_000);

describeWith(['chromium'], 'a session of the console', () => {
  afterEach(async () => {
    await closeTabs();
    await stopServers();
  });
  afterAll(closeBrowser);

  it.each([
    ['a form', 'Edit: main', 'Edit'],
    ['a question', 'Delete: second', 'Delete'],
  ])('is asked for above %s that is open, which stays as it is', async (_what, opens, title) => {
    const http = [...CONFIG.http, { ...CONFIG.http[0], name: 'second' }];
    const server = await startServer({ ...CONFIG, http });
    const { page } = await openTab(`${server.url()}/settings`);
    await login(page, 'anna');
    await page.getByRole('button', { name: opens }).click();
    const below = dialog(page).filter({ hasText: title });
    await below.waitFor();
    await withToken(server, await tokenOf(page), '/api/logout', 'POST');
    await loginForm(page).getByText('Your session has ended').waitFor();

    // A click that reaches nothing but what lies on top, the keyboard, and the key that closes dialogs.
    await field(loginForm(page), 'Password').click();
    await field(loginForm(page), 'Login').click();
    await page.keyboard.press('Escape');
    await login(page, 'anna');
    await below.waitFor();
    await page.keyboard.press('Escape');
    await below.waitFor({ state: 'hidden' });
  });

  it('is asked for where the keyboard is', async () => {
    const server = await startServer(CONFIG);
    const { page } = await openTab(`${server.url()}/settings`);
    await login(page, 'anna');
    await page.getByRole('button', { name: 'Edit: main' }).click();
    await field(dialog(page), 'Name').fill('half done');
    await withToken(server, await tokenOf(page), '/api/logout', 'POST');
    await loginForm(page).getByText('Your session has ended').waitFor();
    await loginForm(page).locator(':focus').waitFor();
    await page.keyboard.type('anna');
    expect(await field(loginForm(page), 'Login').inputValue()).toBe('anna');
    await login(page, 'anna');
    expect(await field(dialog(page), 'Name').inputValue()).toBe('half done');
  });
});
