import { afterAll, afterEach, expect, it, jest } from '@jest/globals';
import { closeBrowser, closeTabs, nextFrame, openTab } from '../support/browser.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers } from '../support/server.js';

/** Nineteen in a row: more than the pixels of a line. */
const HEIGHTS = Array.from({ length: 19 }, (_, at) => 700 + at);

/** How far the last row reaches over the lower edge of what can be seen, in pixels. */
const BEYOND = `(() => {
  const row = [...document.querySelectorAll('.xterm-rows > div')].at(-1).getBoundingClientRect();
  return row.bottom - document.querySelector('.xterm').parentElement.getBoundingClientRect().bottom;
})()`;
const GROUNDS = `['.xterm-scrollable-element', '.xterm-viewport'].map(
  (part) => getComputedStyle(document.querySelector(part)).backgroundColor)`;

jest.setTimeout(60_000);

describeWith(['chromium'], 'the screen of a terminal', () => {
  afterEach(async () => {
    await closeTabs();
    await stopServers();
  });
  afterAll(closeBrowser);

  it('shows its last row whole, however high the window is, and has one colour to its edge', async () => {
    const server = await startServer({
      http: [{ address: '127.0.0.1', port: 0 }],
      ports: [{ serial: { port: 'loop://' }, servers: [{ protocol: 'websocket', endpoint: 'loop' }] }],
    });
    const { page } = await openTab(`${server.url()}/xterm/loop`);
    await page.getByText('Connected', { exact: true }).waitFor();
    const cut: string[] = [];
    for (const height of HEIGHTS) {
      await page.setViewportSize({ width: 1280, height });
      await nextFrame(page);
      const beyond = await page.evaluate<number>(BEYOND);
      if (beyond > 0) cut.push(`${height}: ${beyond} px`);
    }
    expect(cut).toEqual([]);
    const [text, rest] = await page.evaluate<string[]>(GROUNDS);
    expect(rest).toBe(text);
  });
});
