import { afterAll, afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { violations } from '../support/axe.js';
import { closeBrowser, closeTabs, openTab } from '../support/browser.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers, tcp, type TestServer } from '../support/server.js';

let server: TestServer;
jest.setTimeout(60_000);

const copyButton = (page: Page) => page.getByRole('button', { name: /^Copy: socat/ });
const hasFocus = (page: Page, start: string) =>
  page.evaluate<boolean>(
    `document.activeElement.getAttribute('aria-label')?.startsWith('${start}') ?? false`,
  );

/** The ports, as they are where a page came by plain HTTP from another machine. */
async function openInsecurely(script = '') {
  const tab = await openTab(server.url(), { permissions: ['clipboard-read', 'clipboard-write'] });
  await tab.page.addInitScript(
    `Object.defineProperty(globalThis, 'isSecureContext', { value: false });${script}`,
  );
  await tab.page.reload();
  return tab;
}

describeWith(['chromium'], 'what explains itself in the console', () => {
  beforeEach(async () => {
    server = await startServer({
      http: [{ address: '127.0.0.1', port: 0 }],
      ports: [{ name: 'Loop', serial: { port: 'loop://' }, servers: [tcp()] }],
    });
  });
  afterEach(async () => {
    await closeTabs();
    await stopServers();
  });
  afterAll(closeBrowser);

  it('says what a state and the modem lines mean, by the keyboard alone', async () => {
    const { page, troubles } = await openTab(server.url());
    const state = page.getByRole('button', { name: 'Idle' });
    await state.focus();
    await page.getByRole('tooltip').getByText('opened when the first client connects').waitFor();
    await page.getByRole('button', { name: 'What the modem lines are' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Modem lines' }).getByText('Clear to send').waitFor();
    expect(await violations(page, 'page')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await hasFocus(page, 'What the modem lines are')).toBe(true);
    expect(troubles).toEqual([]);
  });

  it('copies where the browser gives no clipboard to the page, says so, and the keyboard stays where it is', async () => {
    const { page, troubles } = await openInsecurely();
    await copyButton(page).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Copied').waitFor();
    expect(await hasFocus(page, 'Copy: socat')).toBe(true);
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(
      `socat - TCP:127.0.0.1:${server.tcpPort()}`,
    );
    await page.getByRole('tooltip').getByText('Copied').waitFor();
    await page.getByRole('button', { name: 'Actions for Loop' }).click();
    await page.getByRole('menuitem', { name: 'Monitor' }).waitFor();
    await page.getByRole('tooltip').waitFor({ state: 'detached', timeout: 1500 });
    expect(troubles).toEqual([]);
  });

  it('says so when the browser does not copy', async () => {
    const { page } = await openInsecurely('Document.prototype.execCommand = () => false;');
    await copyButton(page).click();
    await page.getByRole('status').getByText('mark the text and copy it yourself').waitFor();
  });
});
