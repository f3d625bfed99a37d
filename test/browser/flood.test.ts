import { afterAll, afterEach, expect, it, jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { closeBrowser, closeTabs, openTab, screenOf } from '../support/browser.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers } from '../support/server.js';
import { endShellDevices, programDevice } from '../support/shell-device.js';

/** Set to measure: it prints the times. */
const SECONDS = Number(process.env['FLOOD_SECONDS'] ?? 6);
const DEVICE = join(import.meta.dirname, '..', 'support', 'flood.mjs');

jest.setTimeout(120_000);

/** Milliseconds from a key to its echo in the first row, by the page's own clock. */
const ECHOES = `
  const rows = document.querySelector('.xterm-rows');
  let pressed, key, resolve;
  addEventListener('keydown', (event) => {
    key = event.key;
    pressed = performance.now();
    globalThis.echo = new Promise((done) => (resolve = done));
  }, true);
  new MutationObserver(() => {
    if (rows.firstChild?.textContent.startsWith('<' + key + '>')) resolve(performance.now() - pressed);
  }).observe(rows, { subtree: true, childList: true, characterData: true });
`;

async function typeAndMeasure(page: Page): Promise<number[]> {
  const keys = 'abcdefghijklmnopqrstuvwxyz';
  const until = Date.now() + (SECONDS - 1) * 1000;
  const echoes: number[] = [];
  for (let at = 0; Date.now() < until; at++) {
    await page.keyboard.press(keys[at % keys.length] ?? 'a');
    echoes.push(await page.evaluate<number>('echo'));
  }
  return echoes.toSorted((a, b) => a - b);
}

describeWith(['chromium', 'socat'], 'a device that sends 1 MiB/s', () => {
  afterEach(async () => {
    await closeTabs();
    await stopServers();
    await endShellDevices();
  });
  afterAll(closeBrowser);

  it('is answered and shown at once, and nothing of it is missing in the saved file', async () => {
    const device = await programDevice(`${process.execPath} ${DEVICE} ${SECONDS}`);
    const server = await startServer({
      http: [{ address: '127.0.0.1', port: 0 }],
      ports: [{ serial: { port: device }, servers: [{ protocol: 'websocket', endpoint: 'flood' }] }],
    });
    const { page, troubles } = await openTab(`${server.url()}/xterm/flood`);
    await page.getByText('Connected', { exact: true }).waitFor();
    await screenOf(page).getByText('---').first().waitFor();
    await page.evaluate(ECHOES);
    const echoes = await typeAndMeasure(page);
    const at = (share: number) => echoes[Math.floor(echoes.length * share)] ?? Infinity;
    if (process.env['FLOOD_SECONDS'])
      console.log(`echo of ${echoes.length} keys: p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)} ms`);
    await screenOf(page).getByText('ended').waitFor();

    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the session to a file' }).click();
    const text = await readFile(await (await saving).path(), 'latin1');
    // oxlint-disable-next-line no-control-regex -- what the device puts between its lines
    const numbers = [...text.replaceAll(/\u001b7.*?\u001b8/g, '').matchAll(/(\d{8}) -{69}/g)].map(
      ([, number]) => Number(number),
    );
    expect(numbers.length).toBeGreaterThan(SECONDS * 8000);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    // On a machine with time for it 99 of 100 are below 100 ms.
    expect(at(0.5)).toBeLessThan(250);
    expect(troubles).toEqual([]);
  });
});
