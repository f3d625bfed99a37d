import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { closeClients } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers } from '../support/server.js';
import { PASSWORD, startWorld } from '../support/world.js';

const OPEN = { ports: [], http: [{ address: '127.0.0.1', port: 0 }] };

afterEach(async () => {
  closeClients();
  await stopServers();
});

describe('the documentation', () => {
  it('is the document that stands in openapi.json', async () => {
    const server = await startServer(OPEN);
    const answer = await fetch(`${server.url(0)}/api/openapi.json`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ openapi: '3.1.0', info: { title: 'ser2tcp' } });
  });

  it.each([
    ['docs', 'text/html'],
    ['docs/start.js', 'javascript'],
    ['docs/start.css', 'text/css'],
    ['docs/swagger-ui-bundle.js', 'javascript'],
    ['docs/swagger-ui.css', 'text/css'],
  ])('has the file %s', async (path, type) => {
    const server = await startServer(OPEN);
    const answer = await fetch(`${server.url(0)}/api/${path}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('Content-Type')).toContain(type);
    expect(answer.headers.get('Content-Security-Policy')).toContain("script-src 'self'");
    await answer.arrayBuffer();
  });

  it.each(['package.json', 'index.js', '..%2f..%2fpackage.json', 'constructor', '%00'])(
    'gives no other file, such as %s',
    async (file) => {
      const server = await startServer(OPEN);
      const answer = await fetch(`${server.url(0)}/api/docs/${file}`);
      expect([400, 404]).toContain(answer.status);
    },
  );

  it('is found with a slash at the end too', async () => {
    const server = await startServer(OPEN);
    const answer = await fetch(`${server.url(0)}/api/docs/`);
    expect(answer.url).toBe(`${server.url(0)}/api/docs`);
    expect(await answer.text()).toContain('swagger-ui');
  });
});

describeWith(['chromium'], 'the documentation in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  it('shows every operation, and loads and runs nothing from elsewhere', async () => {
    const server = await startServer(OPEN);
    const page = await browser.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`${server.url(0)}/api/docs`);
    const document = (await (await fetch(`${server.url(0)}/api/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    const count = Object.values(document.paths).flatMap(Object.values).length;
    await page
      .locator('.opblock')
      .nth(count - 1)
      .waitFor();
    expect(await page.locator('.opblock').count()).toBe(count);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(server.url(0)) && !url.startsWith('data:'))).toEqual([]);
    await page.close();
  }, 60_000);

  it('asks to log in where there are accounts, and calls the server at its path behind a proxy', async () => {
    const server = await startWorld({ http: [{ address: '127.0.0.1', port: 0, base_path: '/serial' }] });
    const page = await browser.newPage();
    await page.goto(`${server.url(0)}/serial/api/docs`);
    await page.getByLabel('User').fill('admin');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('Login or password is wrong').waitFor();
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    const operation = page.locator('#operations-users-listUsers');
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    const answered = page.waitForResponse(`${server.url(0)}/serial/api/users`);
    await operation.getByRole('button', { name: 'Execute' }).click();
    expect((await answered).status()).toBe(200);
    await page.close();
  }, 60_000);
});
