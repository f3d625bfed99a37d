import { connect } from 'node:net';
import { now } from './world.mjs';

/** Where the terminals of the pictures have their device. */
export const SWITCH_PORT = 10_007;

/** Everything that the console can show: a server, a page, and what is done there before the picture is taken. */

const button = (page, name) => page.getByRole('button', { name, exact: true });
const dialog = (page) => page.getByRole('dialog');
const field = (scope, name) =>
  scope.getByRole('textbox', { name, exact: true }).or(scope.getByRole('combobox', { name, exact: true }));
const opened = (terminals, beside) => ({
  'ser2tcp:terminals': JSON.stringify({ terminals, active: 'xterm:switch-3', beside }),
});
const SWITCH = { kind: 'xterm', name: 'switch-3' };
const RAW = { kind: 'raw', name: 'switch-3' };

/** Something to look at: the device is a loop, so what another client sends is what it says. */
async function boot(page) {
  const text =
    'U-Boot 2025.10 (Nov 03 2025)\r\nDRAM:  \x1b[32m512 MiB\x1b[0m\r\nLoading kernel … \x1b[32mOK\x1b[0m\r\n\r\nswitch-3 login: ';
  await page.getByText('Connected', { exact: true }).first().waitFor();
  connect(SWITCH_PORT, '127.0.0.1').end(text);
  await page.waitForTimeout(300);
}

export const scenes = {
  ports: { path: '/', live: true, ready: (page) => page.getByText('Core router').waitFor() },
  'ports-empty': { server: 'empty', path: '/', ready: (page) => page.getByText('No port yet').waitFor() },
  'ports-lost': {
    path: '/',
    live: 'lost',
    ready: (page) => page.getByRole('alert').filter({ hasText: 'is lost' }).waitFor(),
  },
  'ports-disconnect': {
    path: '/',
    live: true,
    ready: async (page) => {
      await page.getByRole('button', { name: /^Disconnect anna/ }).click();
      await dialog(page).waitFor();
    },
  },
  'ports-menu': {
    path: '/',
    live: true,
    ready: (page) => button(page, 'Actions for Core router').click(),
  },
  'editor-new': {
    path: '/ports/new?device=/dev/ttyUSB2',
    live: true,
    ready: (page) => page.getByText('This finds').waitFor(),
  },
  'editor-path': { path: '/ports/new', live: true, ready: (page) => field(page, 'Device').waitFor() },
  'editor-errors': {
    path: '/ports/0/edit',
    live: true,
    ready: async (page) => {
      await field(page, 'Baud rate').fill('fast');
      await field(page, 'TCP port').fill('70000');
      await button(page, 'Save').click();
      await page.getByRole('alert').waitFor();
    },
  },
  conflict: {
    path: '/ports/2/edit',
    ready: async (page) => {
      await field(page, 'Name').fill('Weather station, roof');
      await field(page, 'Baud rate').fill('4800');
      const { origin } = new URL(page.url());
      const { serial } = await (await page.request.get(`${origin}/api/ports/2`)).json();
      await page.request.patch(`${origin}/api/ports/2`, {
        headers: { 'Content-Type': 'application/merge-patch+json' },
        // Something else each time.
        data: { serial: { baudrate: serial.baudrate + 9600 }, max_connections: serial.baudrate / 9600 },
      });
      await button(page, 'Save').click();
      await dialog(page).getByText('Changed by someone else').waitFor();
    },
  },
  terminals: {
    path: '/terminals',
    live: true,
    storage: opened([SWITCH, RAW], true),
    ready: boot,
  },
  'terminals-empty': {
    path: '/terminals',
    live: true,
    ready: (page) => page.getByText('No terminal is open').waitFor(),
  },
  terminal: { path: '/xterm/switch-3', ready: boot },
  raw: {
    path: '/raw/switch-3',
    ready: async (page) => {
      await page.getByText('Connected', { exact: true }).waitFor();
      for (const text of ['show version', 'show clock']) {
        await page.getByRole('textbox', { name: 'Send' }).fill(text);
        await page.keyboard.press('Enter');
      }
      await page.waitForTimeout(300);
    },
  },
  monitor: {
    path: '/monitor/Switch%203',
    ready: async (page) => {
      await page.getByText('Connected', { exact: true }).waitFor();
      connect(SWITCH_PORT, '127.0.0.1').end('show version\r');
      await page.getByRole('log').getByText('show ver').first().waitFor();
    },
  },
  login: { server: 'accounts', path: '/', ready: (page) => dialog(page).waitFor() },
  'login-refused': {
    server: 'accounts',
    path: '/',
    ready: async (page) => {
      await field(dialog(page), 'Login').fill('anna');
      await field(dialog(page), 'Password').fill('wrong');
      await button(dialog(page), 'Log in').click();
      await page.getByRole('alert').first().waitFor();
    },
  },
  'users-first': {
    server: 'empty',
    path: '/users',
    ready: (page) => page.getByText('Nobody has an account').waitFor(),
  },
  'user-first': {
    server: 'empty',
    path: '/users',
    ready: async (page) => {
      await button(page, 'Add a user').click();
      await field(dialog(page), 'Login').fill('anna');
    },
  },
  users: {
    server: 'accounts',
    path: '/users',
    login: true,
    ready: (page) => page.getByText('boris').waitFor(),
  },
  'user-edit': {
    server: 'accounts',
    path: '/users',
    login: true,
    ready: async (page) => {
      await button(page, 'Edit: anna').click();
      await dialog(page).waitFor();
    },
  },
  tokens: {
    server: 'accounts',
    path: '/tokens',
    login: true,
    ready: (page) => page.getByText('pipeline').waitFor(),
  },
  'token-new': {
    server: 'accounts',
    path: '/tokens',
    login: true,
    ready: async (page) => {
      await button(page, 'Add a token').click();
      await field(dialog(page), 'Name').fill('nightly build');
    },
  },
  'token-shown': {
    server: 'accounts',
    path: '/tokens',
    login: true,
    ready: async (page) => {
      await button(page, 'Add a token').click();
      await field(dialog(page), 'Name').fill(`build ${now.getTime()}`);
      await button(dialog(page), 'Save').click();
      await page.getByText('Copy it now').waitFor();
    },
  },
  settings: {
    server: 'accounts',
    path: '/settings',
    login: true,
    ready: (page) => page.getByText('HTTP servers').waitFor(),
  },
  'settings-http': {
    server: 'accounts',
    path: '/settings',
    login: true,
    ready: async (page) => {
      await page
        .getByRole('button', { name: /^Edit: / })
        .first()
        .click();
      await dialog(page).waitFor();
    },
  },
};
