import { afterAll, afterEach, expect, it, jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { card, closeBrowser, closeTabs, dialog, field, openTab } from '../support/browser.js';
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

/** As a link of the page does it. */
const goTo = (page: Page, path: string) =>
  page.evaluate(
    `history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate', { state: null }))`,
  );

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

  it('takes everything along when somebody logs out', async () => {
    const server = await startServer(CONFIG);
    const { page } = await openTab(server.url());
    await login(page, 'anna');
    const token = await tokenOf(page);
    const terminal = await page.context().newPage();
    await terminal.goto(`${server.url()}/xterm/loop`);
    await terminal.getByText('Connected', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Terminals' }).click();
    await page.getByRole('button', { name: 'Open a terminal' }).click();
    await page.getByRole('menuitem', { name: 'loop · Terminal' }).click();
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Users' }).click();
    await page.getByRole('cell', { name: 'anna you', exact: true }).waitFor();
    const streamEnded = page.waitForEvent('requestfailed', (request) => request.url().includes('stream=1'));
    await page.getByRole('button', { name: 'Log out' }).click();

    await loginForm(page).waitFor();
    expect(await page.getByText('Your session has ended').count()).toBe(0);
    expect(new URL(page.url()).pathname).toBe('/');
    await streamEnded;
    await loginForm(terminal).waitFor();
    await terminal.waitForURL(`${server.url()}/`);
    await expect(withToken(server, token, '/api/status')).resolves.toMatchObject({ status: 401 });

    // Who comes next sees nothing of it, neither at once nor when he goes there.
    await login(page, 'bob');
    await card(page, 'Loop').getByText('Idle').waitFor();
    await goTo(page, '/users');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('cell', { name: 'anna' }).count()).toBe(0);
    await goTo(page, '/terminals');
    await page.getByText('No terminal is open').waitFor();
    await goTo(page, '/ports/new');
    await page.getByText('Only administrators').waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
  });

  it('says who is logged in, in every tab, and lets an administrator change the own password', async () => {
    const server = await startServer(CONFIG);
    const { page } = await openTab(`${server.url()}/users`);
    await login(page, 'anna');
    await page.getByRole('row', { name: 'anna you' }).waitFor();
    await page.getByRole('button', { name: 'Edit: bob' }).click();
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await page.getByText('bob is saved').waitFor();
    const other = await page.context().newPage();
    await other.goto(server.url());
    await other.getByRole('button', { name: 'Account of anna' }).waitFor();

    const before = await tokenOf(page);
    await page.getByRole('button', { name: 'Account of anna' }).click();
    await page.getByRole('menuitem', { name: 'Change password' }).click();
    await dialog(page).getByRole('textbox', { name: 'New password' }).fill('another horse battery');
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await page.getByText('The password is changed').waitFor();
    await dialog(page).waitFor({ state: 'hidden' });
    await page.getByRole('row', { name: 'anna you' }).waitFor();
    await expect(withToken(server, before, '/api/status')).resolves.toMatchObject({ status: 401 });
    await expect(withToken(server, await tokenOf(page), '/api/status')).resolves.toMatchObject({
      status: 200,
    });

    // Only administrators may change passwords.
    await page.getByRole('button', { name: 'Log out' }).click();
    await login(page, 'bob');
    await page.getByRole('banner').getByText('bob', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Account of' }).count()).toBe(0);
  });

  it('asks before a logout that would lose what was typed', async () => {
    const server = await startServer(CONFIG);
    const { page } = await openTab(`${server.url()}/ports/0/edit`);
    await login(page, 'anna');
    await field(page, 'Name').fill('half done');
    await page.getByRole('button', { name: 'Log out' }).click();
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    expect(await field(page, 'Name').inputValue()).toBe('half done');
    await page.getByRole('button', { name: 'Log out' }).click();
    await dialog(page).getByRole('button', { name: 'Leave' }).click();
    await loginForm(page).waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
  });
});
