import { afterAll, afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { violations } from '../support/axe.js';
import { closeBrowser, closeTabs, openTab } from '../support/browser.js';
import { closeClients, connectTcp } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import { closePtys, openPty, type Pty } from '../support/pty.js';
import { Reader } from '../support/reader.js';
import { startServer, stopServers, tcp, type TestServer } from '../support/server.js';

let pty: Pty;
let server: TestServer;
let device: Reader;
jest.setTimeout(120_000);

const HOSTILE = '<img src=x onerror=alert(1)>\x1b]52;c;b3duZWQ=\x07\x1b]0;owned\x07';

const log = (page: Page) => page.getByRole('log');
/** What is in the log, as far as it is shown: the text of each line, and its colour. */
const lines = (page: Page, dir: 'rx' | 'tx') =>
  page.evaluate<{ text: string; colour: string }[]>(
    `[...document.querySelectorAll('[data-dir=${dir}]')].map((line) => ({ text: line.innerText, colour: getComputedStyle(line).color }))`,
  );

async function open(path: string) {
  const tab = await openTab(server.url() + path);
  tab.page.on('dialog', () => tab.troubles.push('a dialog'));
  await tab.page.getByText('Connected', { exact: true }).waitFor();
  return tab;
}

async function saved(page: Page, as: string): Promise<string> {
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the session to a file' }).click();
  await page.getByRole('menuitem', { name: as }).click();
  return readFile(await (await saving).path(), 'utf8');
}

const jsonLines = (file: string) =>
  file
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { t: number; dir?: string; data?: string; note?: string });

describeWith(['chromium', 'socat'], 'bytes in the browser', () => {
  beforeEach(async () => {
    pty = await openPty();
    device = new Reader(pty.got);
    server = await startServer({
      http: [{ address: '127.0.0.1', port: 0 }],
      ports: [
        {
          name: 'tty',
          serial: { port: pty.path },
          servers: [tcp(), { protocol: 'websocket', endpoint: 'tty' }],
        },
      ],
    });
  });
  afterEach(async () => {
    await closeTabs();
    closeClients();
    await stopServers();
    await closePtys();
  });
  afterAll(closeBrowser);

  it('are sent as text or hex, shown with their direction and time, and marked where the connection was cut', async () => {
    const { page, troubles } = await open('/raw/tty');
    const box = page.getByRole('textbox', { name: 'Send' });
    await box.fill('AT');
    await box.press('Enter');
    expect(await device.text(3)).toBe('AT\r');
    await page.getByText('Hex', { exact: true }).click();
    await box.fill('48 6');
    await box.press('Enter');
    await page.getByText('Hex needs two digits a byte').waitFor();
    expect(await box.getAttribute('aria-invalid')).toBe('true');
    expect(await violations(page)).toEqual([]);
    await box.fill('00 ff');
    await box.press('Enter');
    expect(await device.take(2)).toEqual(Buffer.from([0, 255]));

    pty.send.write(HOSTILE);
    await log(page).getByText('<img src=x onerr').waitFor();
    const [sent] = await lines(page, 'tx');
    const [received] = await lines(page, 'rx');
    expect(sent?.text).toMatch(/^\d\d:\d\d:\d\d\.\d{3} TX 41 54 0D +AT·$/);
    expect(received?.text).toContain('RX 3C 69 6D 67 20');
    expect(received?.colour).not.toBe(sent?.colour);

    await fetch(`${server.url()}/api/ports/0/connections/1/0`, { method: 'DELETE' });
    await log(page).getByText('connected again').waitFor();
    await page.getByRole('textbox', { name: 'Find text or hex' }).fill('onerror');
    await page.getByText('2 lines').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('Nothing yet').waitFor();

    const entries = jsonLines(await saved(page, 'Save as JSON lines'));
    expect(
      entries.map(({ dir, data }) => [dir, data && Buffer.from(data, 'base64').toString('latin1')]),
    ).toEqual([
      ['tx', 'AT\r'],
      ['tx', '\0\xff'],
      ['rx', HOSTILE],
      [undefined, undefined],
      [undefined, undefined],
    ]);
    expect(entries.map(({ note }) => note?.replace(/ [\d:]+$/, ''))).toEqual([
      undefined,
      undefined,
      undefined,
      'cut off',
      'connected again',
    ]);
    expect(await page.title()).toBe('tty · Hex view · ser2tcp');
    expect(troubles).toEqual([]);
  });

  it('of a port without a name are looked on at by its index, both ways, whoever sends them', async () => {
    const { page, troubles } = await open('/monitor/0');
    const before = Date.now();
    const client = await connectTcp(server.tcpPort());
    client.socket.write('question?');
    await device.upTo('?');
    pty.send.write('answer: yes');
    await log(page).getByText('answer: yes').waitFor();
    await log(page).getByText('question?').waitFor();
    expect(await page.getByRole('textbox', { name: 'Send' }).count()).toBe(0);

    await page.getByText('TX', { exact: true }).first().click();
    await log(page).getByText('answer: yes').waitFor({ state: 'detached' });
    await page.getByText('Both ways', { exact: true }).click();
    await log(page).getByText('answer: yes').waitFor();

    await page.getByRole('button', { name: 'Pause' }).click();
    pty.send.write(' and more');
    await client.got.upTo('more');
    await page.getByRole('button', { name: 'Go on' }).click();
    await log(page).getByText('and more').waitFor();

    const entries = jsonLines(await saved(page, 'Save as JSON lines'));
    const bytes = (dir: string) =>
      entries
        .filter((entry) => entry.dir === dir)
        .map(({ data }) => Buffer.from(data ?? '', 'base64').toString())
        .join('');
    expect([bytes('tx'), bytes('rx')]).toEqual(['question?', 'answer: yes and more']);
    for (const { t } of entries) {
      expect(t / 1000).toBeGreaterThan(before - 1000);
      expect(t / 1000).toBeLessThan(Date.now() + 1000);
    }
    const text = await saved(page, 'Save as text');
    expect(text).toMatch(/^\d\d:\d\d:\d\d\.\d{3} TX {2}71 75 65 .* question\?$/m);
    expect(troubles).toEqual([]);
  });
});
