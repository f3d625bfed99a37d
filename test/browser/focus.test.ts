import { afterAll, afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { closeBrowser, closeTabs, openTab } from '../support/browser.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers, tcp, type TestServer } from '../support/server.js';

const PORT = {
  serial: { port: 'loop://' },
  servers: [tcp(), tcp(), { protocol: 'websocket', endpoint: 'a' }],
};

/** What has the focus, and whether something that keeps its place in the window lies over it; of what is long a part is enough. */
const FOCUSED = `(() => {
  const { activeElement: focused } = document;
  if (!focused || focused === document.body) return undefined;
  // A switch is drawn by its label.
  const box = (element) => element.getBoundingClientRect();
  const { top, bottom } = box(focused).height > 1 ? box(focused) : box(focused.labels?.[0] ?? focused.parentElement);
  const over = [...document.querySelectorAll('body *')].filter((element) => {
    if (!['sticky', 'fixed'].includes(getComputedStyle(element).position) || element.contains(focused)) return false;
    if (Number(getComputedStyle(focused).zIndex) > Number(getComputedStyle(element).zIndex)) return false;
    const lies = box(element);
    if (bottom - top > innerHeight / 2) return lies.top <= Math.max(top, 0) && lies.bottom >= Math.min(bottom, innerHeight);
    return lies.height > 0 && lies.top < bottom && lies.bottom > top;
  });
  const label = focused.getAttribute('aria-label') ?? focused.labels?.[0]?.textContent ?? focused.textContent;
  return { label, hidden: over.length > 0 };
})()`;

let server: TestServer;
jest.setTimeout(120_000);

/** What the keyboard comes to and cannot be seen, from one end of the page to the other. */
async function hidden(page: Page, key: 'Tab' | 'Shift+Tab'): Promise<string[]> {
  const found: string[] = [];
  let stops = 0;
  for (;;) {
    await page.keyboard.press(key);
    const focused = await page.evaluate<{ label: string; hidden: boolean } | undefined>(FOCUSED);
    if (!focused) break;
    stops++;
    if (focused.hidden) found.push(`${key}: ${focused.label}`);
  }
  // As many as make a page longer than the window.
  expect(stops).toBeGreaterThan(20);
  return found;
}

describeWith(['chromium'], 'what the keyboard comes to', () => {
  beforeEach(async () => {
    server = await startServer({
      http: [{ address: '127.0.0.1', port: 0 }],
      ports: Array.from({ length: 6 }, (_, at) => ({ ...PORT, name: `Port ${at}` })).map((port, at) => ({
        ...port,
        servers: port.servers.map((one) => ('endpoint' in one ? { ...one, endpoint: `a${at}` } : one)),
      })),
    });
  });
  afterEach(async () => {
    await closeTabs();
    await stopServers();
  });
  afterAll(closeBrowser);

  it.each([
    ['the ports', '/', 1280],
    ['the ports', '/', 390],
    ['the editor', '/ports/0/edit', 1280],
    ['the editor', '/ports/0/edit', 390],
  ])('can be seen whole in %s (%s, %i px wide)', async (_page, path, width) => {
    const { page } = await openTab(server.url() + path, { viewport: { width, height: 700 } });
    await page
      .getByText('Port 0')
      .or(page.getByRole('button', { name: 'Save' }))
      .first()
      .waitFor();
    expect([...(await hidden(page, 'Tab')), ...(await hidden(page, 'Shift+Tab'))]).toEqual([]);
  });
});
