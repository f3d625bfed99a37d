import { afterAll, afterEach, expect, it, jest } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { closeBrowser, closeTabs, openTab, screenOf } from '../support/browser.js';
import { describeWith } from '../support/needs.js';
import { type Measured, PageMeter, quantile } from '../support/page-meter.js';
import { startServer, stopServers } from '../support/server.js';
import { endShellDevices, programDevice } from '../support/shell-device.js';

/**
 * Set to measure, on a machine that has nothing else to do: it prints the figures, and holds them to 100 ms. The whole claim, a minute of each view, is
 * `FLOOD_SECONDS=60 node --experimental-vm-modules --no-warnings node_modules/jest/bin/jest.js test/browser/flood.test.ts`.
 */
const SECONDS = Number(process.env['FLOOD_SECONDS'] ?? 4);
const DEVICE = join(import.meta.dirname, '..', 'support', 'flood.mjs');
const KEYS = 'abcdefghijklmnopqrstuvwxyz';
const WEIGHED_EVERY_MS = 10_000;

/**
 * Milliseconds in which a key is answered: nine of ten have no more, and the median has them beside what it takes on this machine while the device
 * is silent. Only where it is measured; on a machine that is busy with other things every key has the 10 s of the meter to be seen.
 */
const ANSWERED_MS = 100;
/** Keys while the device is silent. */
const IDLE_KEYS = 20;
/** Beyond what the page needs by itself; a minute of the device would be 60 MiB. */
const HEAP_BYTES = 48 * 1024 * 1024;

let folder: string;
jest.setTimeout(SECONDS * 1000 + 90_000);

/** The page of a server with such a device. */
async function flooded(path: string) {
  folder = await mkdtemp(join(tmpdir(), 'ser2tcp-flood-'));
  const sent = join(folder, 'sent');
  const device = await programDevice(`${process.execPath} ${DEVICE} ${SECONDS} ${sent}`);
  const server = await startServer({
    http: [{ address: '127.0.0.1', port: 0 }],
    ports: [{ serial: { port: device }, servers: [{ protocol: 'websocket', endpoint: 'flood' }] }],
  });
  const { page, troubles } = await openTab(server.url() + path);
  await page.getByText('Connected', { exact: true }).waitFor();
  return { server, page, troubles, sent: () => readFile(sent) };
}

/** Presses keys for a part of the device's time. */
async function type(meter: PageMeter, seconds: number, press: (key: string) => Promise<void>) {
  const until = Date.now() + seconds * 1000;
  let weighed = 0;
  for (let nth = 0; Date.now() < until; nth++) {
    if (Date.now() - weighed > WEIGHED_EVERY_MS) {
      await meter.weigh();
      weighed = Date.now();
    }
    await press(KEYS[nth % KEYS.length] ?? 'a');
  }
}

/** Presses keys while the device is silent. */
async function typeIdle(press: (key: string) => Promise<void>) {
  for (const key of KEYS.slice(0, IDLE_KEYS)) await press(key);
}

async function saved(page: Page, item?: string): Promise<Buffer> {
  const saving = page.waitForEvent('download', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Save the session to a file' }).click();
  if (item) await page.getByRole('menuitem', { name: item }).click();
  return readFile(await (await saving).path());
}

/** The bytes of one direction of JSON lines. */
const bytesOf = (file: Buffer, wanted: string) =>
  Buffer.concat(
    file
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { dir: string; data: string })
      .filter(({ dir }) => dir === wanted)
      .map(({ data }) => Buffer.from(data, 'base64')),
  );

/** From the key to the device, which tells when it got it. */
function arrivals(sent: Buffer, pressed: number[]): number[] {
  const got = [...sent.toString('latin1').matchAll(/<[a-z] ([\d.]+)>/g)].map(([, time]) => Number(time));
  expect(got).toHaveLength(pressed.length);
  return got.map((time, nth) => time - (pressed[nth] ?? 0));
}

/**
 * @param flooded what was measured while the device sent
 * @param sends the keys with which something is sent
 */
async function judge(
  view: string,
  meter: PageMeter,
  flooded: Measured,
  sent: Buffer,
  sends: RegExp,
): Promise<void> {
  await meter.weigh();
  const { shown, longest } = flooded;
  const all = await meter.measured();
  const sendsOf = ({ pressed }: Measured) => pressed.filter(({ key }) => sends.test(key)).map(({ at }) => at);
  const arrived = arrivals(sent, sendsOf(all));
  const pressed = sendsOf(flooded);
  const times = { 'at the device': arrived.slice(0, pressed.length), shown };
  const idle = { 'at the device': arrived.slice(pressed.length), shown: all.shown.slice(shown.length) };
  if (process.env['FLOOD_SECONDS']) {
    const words = Object.entries(times).map(([what, values]) => {
      const [p50, p90, p99, most] = [0.5, 0.9, 0.99, 1 - 1e-9].map((share) =>
        quantile(values, share).toFixed(1),
      );
      return `${what} p50 ${p50}, p90 ${p90}, p99 ${p99}, max ${most} ms`;
    });
    const heaps = meter.heaps.map((bytes) => (bytes / 1024 / 1024).toFixed(1)).join(', ');
    console.log(
      `${view}: ${pressed.length} keys: ${words.join('; ')}; idle p50 ${quantile(idle.shown, 0.5).toFixed(1)} ms; longest stall ${longest.toFixed(0)} ms; heap ${heaps} MiB`,
    );
    for (const what of ['at the device', 'shown'] as const) {
      expect(quantile(times[what], 0.5)).toBeLessThan(ANSWERED_MS + quantile(idle[what], 0.5));
      expect(quantile(times[what], 0.9)).toBeLessThan(ANSWERED_MS);
    }
  }
  expect(sent.length).toBeGreaterThan(SECONDS * 0.7 * 1024 * 1024);
  expect(Math.max(...meter.heaps) - Math.min(...meter.heaps)).toBeLessThan(HEAP_BYTES);
}

describeWith(['chromium', 'socat'], 'a device that sends 1 MiB/s', () => {
  afterEach(async () => {
    await closeTabs();
    await stopServers();
    await endShellDevices();
    await rm(folder, { recursive: true, force: true });
  });
  afterAll(closeBrowser);

  it('is answered and shown at once in the terminal, and all of it is in the saved file', async () => {
    const { page, troubles, sent } = await flooded('/xterm/flood');
    await screenOf(page).getByText('---').first().waitFor();
    const meter = await PageMeter.in(page);
    const press = (key: string) =>
      meter.press(
        key,
        `document.querySelector('.xterm-rows').firstChild?.textContent.startsWith('<${key} ')`,
      );
    await type(meter, SECONDS - 1, press);
    const flood = await meter.measured();
    await screenOf(page).getByText('ended').first().waitFor();
    await typeIdle(press);
    const file = await saved(page);
    expect(file.equals(await sent())).toBe(true);
    await judge('xterm', meter, flood, file, /^[a-z]$/);
    expect(troubles).toEqual([]);
  });

  it('is answered and shown at once in the hex view, and all of it is in the saved file', async () => {
    const { page, troubles, sent } = await flooded('/raw/flood');
    const box = page.getByRole('textbox', { name: 'Send' });
    await page.getByRole('log').getByText('---').first().waitFor();
    await box.focus();
    const meter = await PageMeter.in(page);
    // With everything in sight what is typed has to be seen at once; and among what is sent, that it is sent.
    const write = async (key: string) => {
      await meter.press(key, `document.activeElement.value === '${key}'`);
      await meter.press('Enter', `document.activeElement.value === ''`);
    };
    await type(meter, (SECONDS - 1) / 2, write);
    await page.getByText('TX', { exact: true }).click();
    await type(meter, (SECONDS - 1) / 2, async (key) => {
      await box.fill(key);
      await meter.press(
        'Enter',
        `[...document.querySelectorAll('[data-dir=tx]')].at(-1)?.textContent.endsWith('${key}·')`,
      );
    });
    const flood = await meter.measured();
    await page.getByText('Both ways', { exact: true }).click();
    await page.getByRole('log').getByText('ended').first().waitFor();
    await box.focus();
    await typeIdle(write);
    // Until the device has answered the last of them too.
    await page
      .getByRole('log')
      .getByText(`H<${KEYS[IDLE_KEYS - 1]} `)
      .first()
      .waitFor();
    const file = await saved(page, 'Save as JSON lines');
    expect(bytesOf(file, 'rx').equals(await sent())).toBe(true);
    await judge('raw', meter, flood, await sent(), /^Enter$/);
    expect(troubles).toEqual([]);
  });
});
