import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { screenOf } from '../support/browser.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers } from '../support/server.js';

/** The other tests are without it, so that they can read the screen. */
const WITH_WEBGL = ['--headless', '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
const CANVAS = '.xterm-screen canvas:not(.xterm-link-layer)';

let browser: Browser;
jest.setTimeout(120_000);

describeWith(['chromium'], 'a terminal where there is WebGL', () => {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: WITH_WEBGL });
  });
  afterEach(stopServers);
  afterAll(() => browser.close());

  it('is drawn with it, and with elements as soon as it is taken away', async () => {
    const server = await startServer({
      http: [{ address: '127.0.0.1', port: 0 }],
      ports: [{ serial: { port: 'loop://' }, servers: [{ protocol: 'websocket', endpoint: 'loop' }] }],
    });
    const page = await browser.newPage();
    await page.goto(`${server.url()}/xterm/loop`);
    await page.getByText('Connected', { exact: true }).waitFor();
    const canvas = page.locator(CANVAS);
    await canvas.waitFor();
    expect(await screenOf(page).count()).toBe(0);
    const empty = await canvas.screenshot();
    await page.keyboard.type('########');
    let looks = 0;
    while ((await canvas.screenshot()).length < empty.length * 1.02) {
      if (++looks > 300) throw new Error('What is typed is not drawn');
      await page.waitForTimeout(50);
    }

    await canvas.evaluate((drawn) =>
      (drawn as unknown as Canvas).getContext('webgl2').getExtension('WEBGL_lose_context').loseContext(),
    );
    await screenOf(page).getByText('########').waitFor();
  });
});

/** The browser's types are not among the tests'. */
interface Canvas {
  getContext(kind: 'webgl2'): { getExtension(name: string): { loseContext(): void } };
}
