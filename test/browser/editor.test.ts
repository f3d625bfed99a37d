import { afterAll, afterEach, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { card, closeBrowser, closeTabs, dialog, field, openTab } from '../support/browser.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';

const HTTP = { http: [{ address: '127.0.0.1', port: 0 }] };
const portsOf = (server: TestServer) => (server.config.current.document as { ports: object[] }).ports;
const saveButton = (page: Page) => page.getByRole('button', { name: 'Save' });

jest.setTimeout(120_000);

describeWith(['chromium'], 'the form of a port', () => {
  afterEach(async () => {
    await closeTabs();
    await stopServers();
  });
  afterAll(closeBrowser);

  it('saves nothing while the entry as JSON is none, and waits for it', async () => {
    const ports = [{ name: 'Loop', serial: { port: 'loop://' }, servers: [] }];
    const server = await startServer({ ...HTTP, ports });
    const { page } = await openTab(`${server.url()}/ports/0/edit`);
    const box = field(page, 'The entry as JSON');
    await box.fill('{"name": "Loop", "serial": {"port": "loop://"}, "servers": [],}');
    await page.getByText('This is no JSON object').waitFor();
    expect(await field(page, 'Name').isDisabled()).toBe(true);
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.method()));
    await saveButton(page).click();
    await box.and(page.locator(':focus')).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await dialog(page).getByText('Leave without saving?').waitFor();
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    expect(sent).toEqual([]);

    await box.fill('{"name": "Typed", "serial": {"port": "loop://"}, "servers": []}');
    expect(await field(page, 'Name').inputValue()).toBe('Typed');
    await box.fill('{');
    await page.getByRole('button', { name: 'Drop this text' }).click();
    expect(await field(page, 'Name').isEnabled()).toBe(true);
    await saveButton(page).click();
    await card(page, 'Typed').waitFor();
    expect(portsOf(server)).toEqual([{ ...ports[0], name: 'Typed' }]);
  });
});
