import { afterAll, afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { violations } from '../support/axe.js';
import { closeBrowser, closeTabs, openTab, screenOf } from '../support/browser.js';
import { describeWith } from '../support/needs.js';
import { closePtys, openPty, type Pty } from '../support/pty.js';
import { Reader } from '../support/reader.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';

const PHONE = { viewport: { width: 390, height: 700 }, hasTouch: true };

let pty: Pty;
let server: TestServer;
let device: Reader;
jest.setTimeout(60_000);

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function open(path: string) {
  const tab = await openTab(server.url() + path, PHONE);
  await tab.page.getByText('Connected', { exact: true }).waitFor();
  return tab;
}

/** In how many rows the buttons of a bar stand. */
const rowsOf = (page: Page, names: string[]) =>
  Promise.all(names.map(async (name) => (await button(page, name).boundingBox())?.y)).then(
    (tops) => new Set(tops).size,
  );

describeWith(['chromium', 'socat'], 'a terminal on a phone', () => {
  beforeEach(async () => {
    pty = await openPty();
    device = new Reader(pty.got);
    server = await startServer({
      http: [{ address: '127.0.0.1', port: 0 }],
      ports: [
        {
          name: 'Tty',
          serial: { port: pty.path },
          servers: [{ protocol: 'websocket', endpoint: 'rack/tty' }],
        },
      ],
    });
  });
  afterEach(async () => {
    await closeTabs();
    await stopServers();
    await closePtys();
  });
  afterAll(closeBrowser);

  it('has the keys that a phone has not, and the keyboard stays with the terminal', async () => {
    const { page, troubles } = await open('/xterm/rack/tty');
    for (const key of ['Esc', 'Tab', 'Up', 'Left']) await button(page, key).tap();
    expect(await device.text(8)).toBe('\x1b\t\x1b[A\x1b[D');
    await button(page, 'Ctrl').tap();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.type('cc');
    expect(await device.text(2)).toBe('\x03c');
    // As an editor sets it for its time.
    pty.send.write('\x1b[?1hready');
    await screenOf(page).getByText('ready').waitFor();
    await button(page, 'Down').tap();
    expect(await device.text(3)).toBe('\x1bOB');
    expect(troubles).toEqual([]);
  });

  it('keeps the buttons of hex view and monitor in one row', async () => {
    const names = ['Pause', 'Clear', 'Save the session to a file'];
    const { page } = await open('/raw/rack/tty');
    expect(await rowsOf(page, names)).toBe(1);
    await page.goto(`${server.url()}/monitor/Tty`);
    await button(page, 'Pause').waitFor();
    expect(await rowsOf(page, names)).toBe(1);
  });

  it('sends behind a text what it is told to, and leads from a tab to a page of its own', async () => {
    const { page } = await openTab(`${server.url()}/terminals`, PHONE);
    await button(page, 'Open a terminal').click();
    await page.getByRole('menuitem', { name: 'Tty · Hex view' }).click();
    await page.getByRole('link', { name: /^Open as a page of its own: Tty/ }).click();
    await page.waitForURL('**/raw/rack/tty');
    await page.getByText('Connected', { exact: true }).waitFor();
    const box = page.getByRole('textbox', { name: 'Send' });
    for (const [shown, sent] of [
      ['+ CR LF', 'a\r\n'],
      ['+ nothing', 'a'],
      ['+ LF', 'a\n'],
    ] as const) {
      await page.getByRole('combobox', { name: 'Sent behind the text' }).click();
      await page.getByRole('option', { name: shown, exact: true }).click();
      await box.fill('a');
      await box.press('Enter');
      expect(await device.text(sent.length)).toBe(sent);
    }
  });
});
