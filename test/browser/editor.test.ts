import { afterAll, afterEach, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { card, closeBrowser, closeTabs, dialog, field, openTab } from '../support/browser.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers, tcp, type TestServer } from '../support/server.js';

const HTTP = { http: [{ address: '127.0.0.1', port: 0 }] };
const portsOf = (server: TestServer) => (server.config.current.document as { ports: object[] }).ports;
const saveButton = (page: Page) => page.getByRole('button', { name: 'Save' });
const way = (page: Page, name: string) => page.getByRole('group', { name, exact: true });

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

  it('gives every new way in a TCP port of its own, and shows what its certificate lacks there', async () => {
    const ports = [{ name: 'Loop', serial: { port: 'loop://' }, servers: [] }];
    const server = await startServer({ ...HTTP, ports });
    const { page } = await openTab(`${server.url()}/ports/0/edit`);
    for (const protocol of ['TCP, raw bytes', 'Telnet', 'TLS, raw bytes']) {
      await page.getByRole('button', { name: 'Add a way in' }).click();
      await page.getByRole('menuitem', { name: protocol }).click();
    }
    const given = [];
    for (const name of ['Way in 1: TCP', 'Way in 2: TELNET', 'Way in 3: SSL'])
      given.push(await field(way(page, name), 'TCP port').inputValue());
    expect(given).toEqual(['10001', '10002', '10003']);
    await way(page, 'Way in 3: SSL').getByRole('heading', { name: 'Way in 3' }).waitFor();

    await saveButton(page).click();
    const certificate = field(way(page, 'Way in 3: SSL'), 'Certificate file');
    await certificate.and(page.locator('[aria-invalid=true]')).waitFor();
    await way(page, 'Way in 3: SSL').getByText('is missing').waitFor();
    await certificate.fill('/etc/ssl/x.pem');
    expect(await way(page, 'Way in 3: SSL').getByText('is missing').count()).toBe(0);
  });

  it('leaves a mistake at the way in that it is of, when one before it is removed', async () => {
    const servers = [tcp(), tcp(), tcp()];
    const ports = [{ name: 'Loop', serial: { port: 'loop://' }, servers }];
    const server = await startServer({ ...HTTP, ports });
    const { page } = await openTab(`${server.url()}/ports/0/edit`);
    await field(way(page, 'Way in 2: TCP'), 'TCP port').fill('70000');
    await field(way(page, 'Way in 3: TCP'), 'TCP port').fill('80000');
    await saveButton(page).click();
    const mistake = 'must be a TCP port';
    await way(page, 'Way in 3: TCP').getByText(mistake).waitFor();
    await way(page, 'Way in 2: TCP').getByRole('button', { name: 'Limits and filters' }).click();
    await page.getByRole('button', { name: 'Remove Way in 1: TCP' }).click();
    await way(page, 'Way in 3: TCP').waitFor({ state: 'detached' });
    for (const [name, value] of [
      ['Way in 1: TCP', '70000'],
      ['Way in 2: TCP', '80000'],
    ] as const) {
      expect(await field(way(page, name), 'TCP port').inputValue()).toBe(value);
      expect(await way(page, name).getByText(mistake).count()).toBe(1);
    }
    const unfolded = (name: string) =>
      way(page, name).getByRole('button', { name: 'Limits and filters', expanded: true }).count();
    expect([await unfolded('Way in 1: TCP'), await unfolded('Way in 2: TCP')]).toEqual([1, 0]);
  });

  it('shows that no device is named where one is named', async () => {
    const ports = [{ name: 'Loop', serial: { port: 'loop://' }, servers: [] }];
    const server = await startServer({ ...HTTP, ports });
    const { page } = await openTab(`${server.url()}/ports/0/edit`);
    await field(page, 'Device').fill('');
    await saveButton(page).click();
    await field(page, 'Device').and(page.locator('[aria-invalid=true]')).waitFor();
    await page.getByText('USB attributes').click();
    await field(page, 'Vendor id').waitFor();
    await saveButton(page).click();
    await page
      .getByRole('region', { name: 'Device', exact: true })
      .getByText('with at least one attribute')
      .waitFor();
  });

  it('shows what shows only when it is applied at the way in too', async () => {
    const ports = [
      { name: 'First', serial: { port: 'loop://' }, servers: [tcp()] },
      { name: 'Loop', serial: { port: 'loop://' }, servers: [tcp(), tcp()] },
    ];
    const server = await startServer({ ...HTTP, ports });
    const { page } = await openTab(`${server.url()}/ports/1/edit`);
    await field(way(page, 'Way in 2: TCP'), 'TCP port').fill(String(server.tcpPort()));
    await saveButton(page).click();
    const mistake = 'First has it already';
    await way(page, 'Way in 2: TCP').getByText(mistake).waitFor();
    expect(await way(page, 'Way in 1: TCP').getByText(mistake).count()).toBe(0);
    expect(await dialog(page).count()).toBe(0);
    await page.getByRole('alert').getByText('Way in 2: First has it already').waitFor();
    const port = field(way(page, 'Way in 2: TCP'), 'TCP port');
    await port.and(page.locator(':focus[aria-invalid=true]')).waitFor();
    await port.fill('0');
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('says so where another program has the address', async () => {
    const other = await startServer({ ...HTTP, ports: [] });
    const taken = new URL(other.url()).port;
    const ports = [{ name: 'Loop', serial: { port: 'loop://' }, servers: [tcp()] }];
    const server = await startServer({ ...HTTP, ports });
    const { page } = await openTab(`${server.url()}/ports/0/edit`);
    await field(way(page, 'Way in 1: TCP'), 'TCP port').fill(taken);
    await saveButton(page).click();
    await way(page, 'Way in 1: TCP').getByText('another program or server has it').waitFor();
    expect(await page.getByText('has it already').count()).toBe(0);
  });

  it('calls a port after its device until somebody calls it otherwise, everywhere alike, and offers its terminal', async () => {
    const ports = [
      { serial: { port: '/dev/ser2tcp-a' }, servers: [{ protocol: 'websocket', endpoint: 'a' }] },
      {
        name: 'Two',
        serial: { port: 'loop://' },
        servers: ['b', 'c'].map((endpoint) => ({ protocol: 'websocket', endpoint })),
      },
    ];
    const server = await startServer({ ...HTTP, ports });
    const { page } = await openTab(`${server.url()}/ports/new`);
    await field(page, 'Device').pressSequentially('/dev/ser2tcp-none');
    expect(await field(page, 'Name').inputValue()).toBe('ser2tcp-none');
    expect(await field(page, 'Endpoint').inputValue()).toBe('ser2tcp-none');
    await field(page, 'Name').fill('Board');
    await field(page, 'Device').fill('/dev/ser2tcp-other');
    expect(await field(page, 'Name').inputValue()).toBe('Board');
    await field(page, 'Name').fill('');
    await field(page, 'Device').fill('/dev/ser2tcp-b');
    // The one that is proposed may be another program's.
    await field(page, 'TCP port').fill('0');
    await saveButton(page).click();
    await page.getByText('/dev/ser2tcp-b is added').waitFor();
    await card(page, '/dev/ser2tcp-b').waitFor();
    await page.getByRole('button', { name: 'Open the terminal' }).click();
    await page.getByRole('heading', { name: '/dev/ser2tcp-b' }).waitFor();

    await page.getByRole('link', { name: 'To the ports' }).click();
    await page.getByRole('button', { name: 'Actions for Two' }).click();
    await page.getByRole('menuitem', { name: 'Terminal: c' }).click();
    await page.getByRole('heading', { name: 'Two (c)' }).waitFor();

    await page.goto(`${server.url()}/terminals`);
    await page.getByRole('button', { name: 'Open a terminal' }).click();
    await page.getByRole('menuitem', { name: 'Two (b) · Terminal' }).waitFor();
    await page.getByRole('menuitem', { name: '/dev/ser2tcp-a · Monitor' }).waitFor();
    await page.getByRole('menuitem', { name: '/dev/ser2tcp-a · Terminal' }).click();
    await page.getByRole('button', { name: '/dev/ser2tcp-a · Terminal', exact: true }).waitFor();
    await page.getByRole('heading', { name: '/dev/ser2tcp-a · Terminal' }).waitFor();
  });

  it('says by its own words what an empty form lacks, and begins there', async () => {
    const server = await startServer({
      ...HTTP,
      ports: [{ name: 'A', serial: { port: 'loop://' }, servers: [] }],
    });
    const { page } = await openTab(`${server.url()}/ports/new`);
    await field(page, 'Name').and(page.locator(':focus')).waitFor();
    expect(await page.getByRole('link', { name: 'Ports' }).getAttribute('aria-current')).toBe('page');
    await field(page, 'Endpoint').fill('');
    await saveButton(page).click();
    await field(page, 'Device').and(page.locator(':focus[aria-invalid=true]')).waitFor();
    expect(await page.getByRole('option').count()).toBe(0);
    const problems = page.getByRole('alert').getByRole('listitem');
    expect(await problems.first().innerText()).toBe('Device: Enter its path, such as /dev/ttyUSB0.');
    await problems.getByText('Way in 1, Endpoint: is missing').waitFor();
    await page.keyboard.type('loop://');
    expect(await problems.count()).toBe(1);
    await field(page, 'Endpoint').fill('loop');
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await field(page, 'Name').fill('A');
    await saveButton(page).click();
    await field(page, 'Name').and(page.locator(':focus[aria-invalid=true]')).waitFor();
    await page.getByRole('alert').getByText('Name: A has it already').waitFor();
  });
});
