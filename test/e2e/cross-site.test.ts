import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';

const QUIET = ['gpu', 'quic', 'background-networking', 'component-update', 'sync'].map(
  (part) => `--disable-${part}`,
);

/** What a page gets when it tries to change something: the status, or `failed` where the browser does not say. */
const change = (page: Page, url: string, type: string, mode: 'cors' | 'no-cors') =>
  page.evaluate(
    ([url, type, mode]) =>
      fetch(`${url}/api/settings`, {
        method: mode === 'cors' ? 'PUT' : 'POST',
        mode,
        headers: { 'Content-Type': type },
        body: '{"session_timeout": 1}',
      }).then(
        (response) => response.status,
        () => 'failed',
      ),
    [url, type, mode] as const,
  );

/** Whether a page can open a WebSocket. */
const socket = (page: Page, url: string) =>
  page.evaluate(
    (url) =>
      new Promise<string>((resolve) => {
        const socket = new (
          globalThis as unknown as { WebSocket: new (url: string) => EventTarget & { close(): void } }
        ).WebSocket(url);
        socket.addEventListener('open', () => {
          resolve('open');
          socket.close();
        });
        socket.addEventListener('error', () => resolve('refused'));
      }),
    `${url.replace('http', 'ws')}/ws/device`,
  );

/** A site of its own, which shows one page. */
async function site(): Promise<{ server: Server; port: number }> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<title>another site</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

describeWith(['chromium'], 'In a real browser', () => {
  let browser: Browser;
  let other: { server: Server; port: number };

  beforeAll(async () => {
    other = await site();
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--no-first-run',
        ...QUIET,
        '--host-resolver-rules=MAP rebound.example 127.0.0.1',
      ],
    });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    other.server.close();
  });
  afterEach(stopServers);

  const start = (more: object = {}) =>
    startServer({
      ports: [{ serial: { port: 'loop://' }, servers: [{ protocol: 'websocket', endpoint: 'device' }] }],
      http: [{ address: '127.0.0.1', port: 0, ...more }],
      session_timeout: 600,
    });
  const timeout = (server: TestServer) => server.config.current.session_timeout;
  async function open(url: string): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(url);
    return page;
  }

  it('the page of another site cannot change anything, nor open a WebSocket, nor read', async () => {
    const server = await start();
    for (const host of ['localhost', '127.0.0.1']) {
      const page = await open(`http://${host}:${other.port}/`);
      for (const type of ['application/json', 'text/plain'])
        for (const mode of ['cors', 'no-cors'] as const) {
          // A browser says nothing of an answer that the page may not read.
          expect(['failed', 0]).toContain(await change(page, server.url(), type, mode));
        }
      expect(await socket(page, server.url())).toBe('refused');
      const read = await page.evaluate(
        (url) =>
          fetch(url).then(
            (answer) => answer.text(),
            () => 'failed',
          ),
        `${server.url()}/api/settings`,
      );
      expect(read).toBe('failed');
      await page.close();
    }
    expect(timeout(server)).toBe(600);
    await server.log.line(/refused 127\.0\.0\.1:\d+: A page of http:\/\/localhost:\d+ may not do this/);
  }, 60_000);

  it('a form of another site cannot either', async () => {
    const server = await start();
    const page = await open(`http://localhost:${other.port}/`);
    await page.setContent(
      `<form method="post" enctype="text/plain" action="${server.url()}/api/settings/http"><input name='{"port": 0, "a' value='": 1}'></form>`,
    );
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().includes('/api/settings/http')),
      page.evaluate('document.forms[0].submit()'),
    ]);
    expect(answer.status()).toBe(403);
    expect(server.config.current.http.length).toBe(1);
    await page.close();
  }, 60_000);

  it('a page of this server can change things and open a WebSocket', async () => {
    const server = await start();
    const page = await open(`${server.url()}/api/status`);
    expect(await change(page, server.url(), 'application/json', 'cors')).toBe(200);
    expect(timeout(server)).toBe(1);
    expect(await socket(page, server.url())).toBe('open');
    await page.close();
  }, 60_000);

  it('a page of a site in cors can, with a preflight', async () => {
    const origin = `http://localhost:${other.port}`;
    const server = await start({ cors: [origin] });
    const page = await open(origin);
    expect(await change(page, server.url(), 'application/json', 'cors')).toBe(200);
    expect(await socket(page, server.url())).toBe('open');
    await page.close();
  }, 60_000);

  it('a name that was made to lead here gets nothing while there are no accounts', async () => {
    const server = await start();
    const { port } = new URL(server.url());
    const page = await browser.newPage();
    const answer = await page.goto(`http://rebound.example:${port}/api/status`);
    expect(answer?.status()).toBe(403);
    expect(await change(page, `http://rebound.example:${port}`, 'application/json', 'cors')).toBe(403);
    expect(await socket(page, `http://rebound.example:${port}`)).toBe('refused');
    expect(timeout(server)).toBe(600);
    await page.close();
  }, 60_000);
});
