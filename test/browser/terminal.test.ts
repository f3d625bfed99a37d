import { afterAll, afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { violations } from '../support/axe.js';
import { closeBrowser, closeTabs, openTab, screenOf } from '../support/browser.js';
import { describeWith } from '../support/needs.js';
import { closePtys, openPty, type Pty } from '../support/pty.js';
import { Reader } from '../support/reader.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';

let pty: Pty;
let server: TestServer;
let device: Reader;
jest.setTimeout(120_000);

const send = (text: string) => pty.send.write(text);
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const dialog = (page: Page) => page.getByRole('dialog');
const input = (page: Page) => page.getByRole('textbox', { name: /^Terminal of/ });
const focused = (page: Page) => page.evaluate<string>('document.activeElement.getAttribute("aria-label")');
const clipboard = {
  read: (page: Page) => page.evaluate<string>('navigator.clipboard.readText()'),
  write: (page: Page, text: string) =>
    page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`),
};

/** The page of a terminal, connected. */
async function open(path = '/xterm/tty') {
  const tab = await openTab(server.url() + path, { permissions: ['clipboard-read', 'clipboard-write'] });
  tab.page.on('dialog', () => tab.troubles.push('a dialog'));
  await tab.page.getByText('Connected', { exact: true }).waitFor();
  if (path !== '/xterm/tty') return tab;
  // What a device sends before it is opened is thrown away.
  await tab.page.keyboard.type('?');
  await device.upTo('?');
  return tab;
}

async function saved(page: Page): Promise<string> {
  const saving = page.waitForEvent('download');
  await button(page, 'Save the session to a file').click();
  return readFile(await (await saving).path(), 'latin1');
}

describeWith(['chromium', 'socat'], 'a terminal in the browser', () => {
  beforeEach(async () => {
    pty = await openPty();
    device = new Reader(pty.got);
    server = await startServer({
      http: [{ address: '127.0.0.1', port: 0 }],
      ports: [
        { name: 'tty', serial: { port: pty.path }, servers: [{ protocol: 'websocket', endpoint: 'tty' }] },
        { serial: { port: '/dev/ser2tcp-none' }, servers: [{ protocol: 'websocket', endpoint: 'missing' }] },
        {
          name: 'lines',
          serial: { port: 'loop://' },
          servers: [
            {
              protocol: 'websocket',
              endpoint: 'lines',
              control: { rts: true, dtr: false, signals: ['dtr', 'cts'] },
            },
          ],
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

  it('sends what Enter is set to, echoes when it is told to, and is as large as the letters let it', async () => {
    const { page, troubles } = await open();
    const size = () =>
      page.evaluate<{ rows: number; font: string }>(
        '({ rows: document.querySelectorAll(".xterm-rows > div").length, font: getComputedStyle(document.querySelector(".xterm-rows")).fontSize })',
      );
    const small = await size();
    await button(page, 'Terminal settings').click();
    await page.getByRole('textbox', { name: 'Font size' }).fill('24');
    await page.getByRole('combobox', { name: 'Enter sends' }).click();
    await page.getByRole('option', { name: 'CR LF' }).click();
    await page.getByRole('switch', { name: 'Local echo' }).click();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await size()).toEqual({ rows: expect.any(Number), font: '24px' });
    expect((await size()).rows).toBeLessThan(small.rows * 0.7);
    await page.setViewportSize({ width: 1280, height: 400 });
    await page
      .locator('.xterm-rows > div')
      .nth(Math.floor(small.rows / 3))
      .waitFor({ state: 'detached' });

    await input(page).focus();
    await page.keyboard.type('helqlo');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Enter');
    expect(await device.text(9)).toBe('helqlo\x7f\r\n');
    await screenOf(page).getByText('helql', { exact: true }).waitFor();
    expect(troubles).toEqual([]);
  });

  it('copies, and asks before it pastes what a device may act on', async () => {
    const { page, troubles } = await open();
    send('copied-word and more');
    await screenOf(page)
      .getByText('copied-word')
      .dblclick({ position: { x: 20, y: 5 }, force: true });
    await page.keyboard.press('Control+Shift+C');
    await expect(clipboard.read(page)).resolves.toBe('copied-word');

    await input(page).focus();
    await page.keyboard.press('Shift+Insert');
    expect(await device.text(11)).toBe('copied-word');
    await clipboard.write(page, 'one\ntwo\n');
    await page.keyboard.press('Shift+Insert');
    await dialog(page).getByText('Paste 2 lines?').waitFor();
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    await dialog(page).waitFor({ state: 'hidden' });
    await input(page).focus();
    await page.keyboard.press('Shift+Insert');
    await dialog(page).getByRole('button', { name: 'Paste' }).click();
    expect(await device.text(8)).toBe('one\rtwo\r');

    // A shell that tells pasted text from typed text need not be protected, but for what would end the paste.
    send('\x1b[?2004h on');
    await screenOf(page).getByText(' on').waitFor();
    await dialog(page).waitFor({ state: 'hidden' });
    await input(page).focus();
    await page.keyboard.press('Shift+Insert');
    expect(await device.text(20)).toBe('\x1b[200~one\rtwo\r\x1b[201~');
    await clipboard.write(page, '\x1b[201~rm -rf /\n');
    await page.keyboard.press('Shift+Insert');
    await dialog(page).getByText('Paste this line?').waitFor();
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    send('\x1b[?2004l off');
    await screenOf(page).getByText(' off').waitFor();

    // More than the server takes in one message.
    await dialog(page).waitFor({ state: 'hidden' });
    await page.evaluate('navigator.clipboard.writeText("x".repeat(1_200_000))');
    await input(page).focus();
    await page.keyboard.press('Shift+Insert');
    expect(await device.text(1_200_000)).toBe('x'.repeat(1_200_000));
    expect(troubles).toEqual([]);
  });

  it('finds text, and lets the keyboard out again', async () => {
    const { page, troubles } = await open();
    send('needle\r\nhay\r\nneedle\r\n');
    await screenOf(page).getByText('hay').waitFor();
    await input(page).focus();
    await page.getByText('Ctrl+Shift+L leaves the terminal').waitFor();
    await page.keyboard.press('Tab');
    expect(await device.text(1)).toBe('\t');
    await page.keyboard.press('Control+Shift+L');
    expect(await focused(page)).toBe('Find');
    await page.keyboard.press('Enter');
    await page.keyboard.type('needle');
    await page.getByText('1 of 2').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('2 of 2').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.type('s');
    await page.getByText('Nothing found').waitFor();
    await page.keyboard.press('Escape');
    expect(await focused(page)).toMatch(/^Terminal of/);
    await page.keyboard.press('Control+Shift+F');
    expect(await focused(page)).toBe('Find');
    expect(troubles).toEqual([]);
  });

  it.each(['Clear', 'Pause', 'Send a break', 'Save the session to a file'])(
    'types on after a click on %s, which a key does not press again',
    async (name) => {
      const { page, troubles } = await open();
      await button(page, name).click();
      await page.keyboard.type('go on');
      await page.keyboard.press('Enter');
      expect(await device.text(6)).toBe('go on\r');
      expect(await focused(page)).toMatch(/^Terminal of/);
      await button(page, /^Clear/).focus();
      await page.keyboard.press('Enter');
      expect(await focused(page)).toBe('Clear');
      expect(troubles).toEqual([]);
    },
  );

  it.each<[string, (page: Page) => Promise<void>]>([
    ['Escape', (page) => page.keyboard.press('Escape')],
    ['a click into the terminal', (page) => page.mouse.click(300, 600)],
    ['another click on their button', (page) => button(page, 'Terminal settings').click()],
  ])('types on when its settings are closed by %s', async (_how, close) => {
    const { page } = await open();
    await button(page, 'Terminal settings').click();
    await page.getByRole('switch', { name: 'Local echo' }).click();
    await close(page);
    await page.keyboard.type('echoed');
    expect(await device.text(6)).toBe('echoed');
    await screenOf(page).getByText('echoed').waitFor();
  });

  it('keeps 10,000 lines, waits and forgets when it is told to, and saves all of it', async () => {
    const { page, troubles } = await open();
    const lines = Array.from({ length: 10_200 }, (_, at) => `line ${at}.\r\n`).join('');
    send(lines);
    await screenOf(page).getByText('line 10199.').waitFor();
    await page.keyboard.press('Control+Shift+F');
    await page.keyboard.type('line 200.');
    await screenOf(page).getByText('line 200.').waitFor();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('line 100.');
    await page.getByText('Nothing found').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await screenOf(page).getByText('line 10199.').waitFor();

    await button(page, 'Pause').click();
    send('while it waits');
    await page.getByText('Paused, 14 B wait').waitFor();
    expect(await screenOf(page).innerText()).not.toContain('while');
    await button(page, 'Go on').click();
    await page.getByText('Paused').waitFor({ state: 'detached' });
    await screenOf(page).getByText('while it waits').waitFor();
    await button(page, 'Clear').click();
    await screenOf(page).getByText('line 10199.').waitFor({ state: 'detached' });
    expect(await saved(page)).toBe(`${lines}while it waits`);
    expect(troubles).toEqual([]);
  });

  it('opens links apart from itself, and shows first where one leads whose text says something else', async () => {
    const { page, troubles } = await open();
    const target = `${server.url()}/xterm/lines`;
    send(`\x1b]8;;${target}\x1b\\looks harmless\x1b]8;;\x1b\\\r\n${target}\r\n`);
    const follow = async (text: string, then = () => Promise.resolve()) => {
      const opened = page.context().waitForEvent('page');
      const link = screenOf(page).getByText(text, { exact: true });
      await link.hover({ position: { x: 30, y: 5 }, force: true });
      await link.click({ position: { x: 30, y: 5 }, force: true });
      await then();
      const other = await opened;
      await other.waitForURL(target);
      expect(await other.evaluate('window.opener')).toBeNull();
      await other.close();
    };
    await follow(target);
    await follow('looks harmless', async () => {
      await dialog(page).getByText(target).waitFor();
      await dialog(page).getByRole('button', { name: 'Open' }).click();
    });
    expect(troubles).toEqual([]);
  });

  it('does nothing that a device tells it to do but to show text', async () => {
    const { page, troubles } = await open();
    await clipboard.write(page, 'mine');
    page.context().on('page', () => troubles.push('a window'));
    send(
      [
        '\x1b]0;owned\x07\x1b]2;owned\x07\x1b]52;c;b3duZWQ=\x07\x1b[8;10;10t\x1b[21t\x1b[5i',
        '\x1b]8;;javascript:alert(1)\x07script-link\x1b]8;;\x07 \x1b]8;;data:text/html,<script>alert(1)</script>\x07data-link\x1b]8;;\x07',
        '<img src=x onerror=alert(1)><svg onload=alert(1)><script>alert(1)</script>',
        `\x1bP${'q'.repeat(5000)}\x1b\\\x1b_Ga=T\x1b\\\x1b]1337;File=inline=1:AAAA\x07\x1b[2147483647b${'SLMTIZ'.replaceAll(/./g, '\x1b[999999999$&')}\x1b[?2026h\x1b[?25l`,
        '\xff\xfe\x80\x00\x9b\x9d',
        '\x1bc\x1b]8;;javascript:alert(1)\x07script-link\x1b]8;;\x07<img src=x onerror=alert(1)> done',
      ].join('\r\n'),
    );
    await screenOf(page).getByText('<img src=x onerror=alert(1)> done').waitFor();
    const link = screenOf(page).getByText('script-link');
    await link.hover({ position: { x: 20, y: 5 }, force: true });
    await link.click({ position: { x: 20, y: 5 }, force: true });
    expect(await page.title()).toBe('tty · Terminal · ser2tcp');
    expect(await clipboard.read(page)).toBe('mine');
    expect(await dialog(page).count()).toBe(0);
    // It goes on as if nothing had been.
    await input(page).focus();
    await page.keyboard.type('!');
    await device.upTo('!');
    expect(troubles).toEqual([]);
  });

  it('says which device is not there, and marks no connection that there never was', async () => {
    const { page } = await openTab(`${server.url()}/xterm/missing`);
    await page.getByRole('alert').getByText('/dev/ser2tcp-none').waitFor();
    for (let again = 0; again < 2; again++) {
      const socket = await page.waitForEvent('websocket');
      await socket.waitForEvent('close');
    }
    await page.getByRole('alert').getByText('/dev/ser2tcp-none').waitFor();
    await page.getByRole('status').getByText('Device missing').waitFor();
    expect(await screenOf(page).textContent()).not.toMatch(/connected|cut off/);
  });

  it('has switches for the lines that may be set, and lamps for those that are told', async () => {
    const { page, troubles } = await open('/xterm/lines');
    await page.getByRole('img', { name: 'CTS on' }).waitFor();
    await page.getByRole('img', { name: 'DTR on' }).waitFor();
    await page.getByRole('switch', { name: 'RTS', checked: true }).click();
    await page.getByRole('img', { name: 'CTS off' }).waitFor();
    await page.getByRole('switch', { name: 'RTS', checked: false }).waitFor();
    expect(await page.getByRole('switch').count()).toBe(1);
    expect(troubles).toEqual([]);
  });

  it('stands beside others, each with a connection of its own', async () => {
    const { page, troubles } = await openTab(`${server.url()}/terminals`);
    for (const name of ['tty · Terminal', 'lines · Hex view', 'lines · Terminal']) {
      await button(page, 'Open a terminal').click();
      await page.getByRole('menuitem', { name }).click();
    }
    // The textarea of xterm has no size, so it never counts as visible.
    await input(page).waitFor({ state: 'attached' });
    expect(await input(page).count()).toBe(1);
    await page.getByText('Beside each other').click();
    await page.getByText('Connected', { exact: true }).nth(2).waitFor();
    await page.getByRole('textbox', { name: 'Terminal of tty' }).pressSequentially('to the tty');
    expect(await device.text(10)).toBe('to the tty');
    await page.getByRole('textbox', { name: 'Terminal of lines' }).focus();
    // At once: what comes later than that is on a line of its own.
    await page.keyboard.insertText('looped');
    await page.getByRole('region', { name: 'Terminal of lines' }).getByText('looped').waitFor();
    await page.getByRole('log').getByText('6C 6F').first().waitFor();
    expect(await violations(page)).toEqual([]);
    await button(page, 'Close tty · Terminal').click();
    await page.reload();
    await page.getByText('Connected', { exact: true }).nth(1).waitFor();
    expect(await page.getByRole('textbox', { name: 'Terminal of tty' }).count()).toBe(0);
    expect(troubles).toEqual([]);
  });
});
