import { afterAll, afterEach, expect, it, jest } from '@jest/globals';
import { card, closeBrowser, closeTabs, dialog, field, openTab } from '../support/browser.js';
import { closeClients, connectTcp } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers, tcp, type TestServer } from '../support/server.js';

const HTTP = { http: [{ address: '127.0.0.1', port: 0 }] };
const loop = (more: object = {}) => ({ serial: { port: 'loop://' }, servers: [], ...more });
const portsOf = (server: TestServer) => (server.config.current.document as { ports: object[] }).ports;
/** Somebody else. */
const removeFirst = (server: TestServer) =>
  server.config.change((draft) => void (draft['ports'] as object[]).shift());

jest.setTimeout(120_000);

describeWith(['chromium'], 'what others change while somebody looks at it', () => {
  afterEach(async () => {
    await closeTabs();
    closeClients();
    await stopServers();
  });
  afterAll(closeBrowser);

  it('deletes the port that was asked about, though it has moved', async () => {
    const ports = ['One', 'Two', 'Three'].map((name) => loop({ name }));
    const server = await startServer({ ...HTTP, ports });
    const { page } = await openTab(server.url());
    await page.getByRole('button', { name: 'Actions for Two' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await dialog(page).getByText('Delete Two?').waitFor();
    await removeFirst(server);
    await dialog(page).getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Two is deleted').waitFor();
    expect(portsOf(server)).toEqual([ports[2]]);
  });

  it('deletes no other port in the place of one without a name', async () => {
    const ports = [9600, 19_200, 38_400].map((baudrate) => loop({ serial: { port: 'loop://', baudrate } }));
    const server = await startServer({ ...HTTP, ports });
    const { page } = await openTab(server.url());
    const second = page.getByRole('region').filter({ hasText: '19200 8N1' });
    await second.getByRole('button', { name: /^Actions for/ }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await dialog(page).waitFor();
    await removeFirst(server);
    await dialog(page).getByRole('button', { name: 'Delete' }).click();
    await page.getByText('The list of ports has changed meanwhile').waitFor();
    expect(portsOf(server)).toEqual(ports.slice(1));
  });

  it('sets the lines of the port that the switch is of, before the console knows that it has moved', async () => {
    const ports = ['One', 'Two', 'Three'].map((name) => loop({ name, servers: [tcp()] }));
    const server = await startServer({ ...HTTP, ports });
    const { page } = await openTab(server.url());
    // All ports are open, so that each has a line to set.
    for (const at of ports.keys()) await connectTcp(server.tcpPort(at));
    const lamp = card(page, 'Two').getByRole('switch', { name: 'RTS' });
    await lamp.waitFor();
    await page.route('**/api/ports/**', async (route) => {
      await removeFirst(server);
      await route.continue();
    });
    const answer = page.waitForResponse(/signals$/);
    await lamp.click();
    expect((await answer).status()).toBe(200);
    const signals = (await (await fetch(`${server.url()}/api/signals`)).json()) as object[];
    expect(signals).toMatchObject([
      { name: 'Two', signals: { rts: false } },
      { name: 'Three', signals: { rts: true } },
    ]);
  });

  it('saves a port where it is now, when it has only moved', async () => {
    const ports = [loop({ name: 'One' }), loop({ serial: { port: 'loop://', parity: 'E' } }), loop()];
    const server = await startServer({ ...HTTP, ports });
    const { page } = await openTab(`${server.url()}/ports/1/edit`);
    await field(page, 'Baud rate').fill('57600');
    await removeFirst(server);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('57600 8E1').waitFor();
    expect(portsOf(server)).toEqual([
      loop({ serial: { port: 'loop://', parity: 'E', baudrate: 57_600 } }),
      ports[2],
    ]);
  });

  it('holds a change against the port that it is of, when that has moved and was changed', async () => {
    const ports = ['One', 'Two', 'Three'].map((name) => loop({ name }));
    const server = await startServer({ ...HTTP, ports });
    const { page } = await openTab(`${server.url()}/ports/1/edit`);
    await field(page, 'Baud rate').fill('57600');
    const theirs = loop({ name: 'Two', max_connections: 5 });
    await server.config.change((draft) => (draft['ports'] = [theirs, ports[2]]));
    await page.getByRole('button', { name: 'Save' }).click();
    await dialog(page).getByText('max_connections').waitFor();
    expect(await dialog(page).getByText('Three').count()).toBe(0);
    await dialog(page).getByRole('button', { name: 'Put my changes on top of theirs' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await card(page, 'Two').waitFor();
    expect(portsOf(server)).toEqual([{ ...theirs, serial: { port: 'loop://', baudrate: 57_600 } }, ports[2]]);
  });

  it('says that a port is gone, writes into no other, and can add it again', async () => {
    const ports = ['One', 'Two'].map((name) => loop({ name }));
    const server = await startServer({ ...HTTP, ports });
    const { page } = await openTab(`${server.url()}/ports/0/edit`);
    await field(page, 'Baud rate').fill('57600');
    await removeFirst(server);
    const save = page.getByRole('button', { name: 'Save' });
    await save.click();
    await dialog(page).getByText('One was deleted meanwhile').waitFor();
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    expect(portsOf(server)).toEqual([ports[1]]);
    expect(await field(page, 'Baud rate').inputValue()).toBe('57600');
    await save.click();
    await dialog(page).getByRole('button', { name: 'Add it as a new port' }).click();
    await card(page, 'One').waitFor();
    expect(portsOf(server)).toEqual([
      ports[1],
      loop({ name: 'One', serial: { port: 'loop://', baudrate: 57_600 } }),
    ]);
  });

  it('keeps what is edited when somebody else saves, and the session is renewed meanwhile', async () => {
    const server = await startServer({ ...HTTP, ports: [loop({ name: 'One' })] });
    const { page } = await openTab(`${server.url()}/ports/0/edit`);
    await field(page, 'Name').fill('Half done');
    await server.config.change((draft) => (draft['ports'] = [loop({ name: 'One', max_connections: 5 })]));
    // The first account ends what was open without one.
    await fetch(`${server.url()}/api/users`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ login: 'anna', password: 'correct horse battery' }),
    });
    const again = page.waitForResponse(
      (response) => response.url().endsWith('/api/ports/0') && response.ok(),
    );
    await field(dialog(page), 'Login').fill('anna');
    await field(dialog(page), 'Password').fill('correct horse battery');
    await dialog(page).getByRole('button', { name: 'Log in' }).click();
    await again;
    await dialog(page).waitFor({ state: 'hidden' });
    expect(await field(page, 'Name').inputValue()).toBe('Half done');
  });

  it('shows what both changed on a phone, item by item, and nothing over something else', async () => {
    const way = (endpoint: string) => ({ protocol: 'websocket', endpoint });
    const long = 'a-name-that-is-longer-than-any-line-of-a-phone-could-be-and-has-no-place-to-break';
    const server = await startServer({ ...HTTP, ports: [loop({ name: 'One', servers: [way('kept')] })] });
    const { page } = await openTab(`${server.url()}/ports/0/edit`, { viewport: { width: 390, height: 844 } });
    await field(page, 'Name').fill(long);
    const theirs = loop({ name: 'One', servers: [way('kept'), way(long)] });
    await server.config.change((draft) => (draft['ports'] = [theirs]));
    await page.getByRole('button', { name: 'Save' }).click();
    const added = dialog(page).getByRole('region', { name: 'Changed meanwhile' });
    await added.getByText(`endpoint: ${long}`).waitFor();
    expect(await added.getByText('kept').count()).toBe(0);
    const boxes = await page.evaluate<{ top: number; bottom: number; right: number }[]>(
      `[...document.querySelectorAll('[role=dialog] :is(dt, dd)')].map((part) => part.getBoundingClientRect().toJSON())`,
    );
    expect(boxes.length).toBeGreaterThan(4);
    for (const [at, { right, bottom }] of boxes.entries()) {
      expect(right).toBeLessThanOrEqual(390);
      expect(boxes[at + 1]?.top ?? Infinity).toBeGreaterThanOrEqual(bottom - 0.5);
    }
    const dialogs = await page.evaluate<boolean[]>(
      `[...document.querySelectorAll('[role=dialog]')].map((one) => one.scrollWidth <= one.clientWidth)`,
    );
    expect(dialogs).toEqual([true]);
  });
});
