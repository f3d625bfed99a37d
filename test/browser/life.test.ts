import { afterAll, afterEach, expect, it, jest } from '@jest/globals';
import { card, closeBrowser, closeTabs, dialog, field, openTab, screenOf } from '../support/browser.js';
import { closeClients, connectTcp } from '../support/client.js';
import { describeWith } from '../support/needs.js';
import { startServer, stopServers, tcp } from '../support/server.js';
import { endShellDevices, shellDevice } from '../support/shell-device.js';

const HTTP = { http: [{ name: 'main', address: '127.0.0.1', port: 0 }] };
const websocket = (endpoint: string, more: object = {}) => ({ protocol: 'websocket', endpoint, ...more });

// A browser on a loaded machine.
jest.setTimeout(120_000);

describeWith(['chromium', 'socat'], 'the console in a browser', () => {
  afterEach(async () => {
    await closeTabs();
    closeClients();
    await stopServers();
    await endShellDevices();
  });
  afterAll(closeBrowser);

  it('goes from nothing to a terminal on a shell', async () => {
    const device = await shellDevice();
    const server = await startServer({ ...HTTP, ports: [] });
    const { page, troubles } = await openTab(server.url());

    // The first user is logged in at once.
    await page.getByText('No port yet').waitFor();
    await page.getByRole('link', { name: 'Users' }).click();
    await page.getByRole('button', { name: 'Add a user' }).click();
    await field(dialog(page), 'Login').fill('anna');
    await field(dialog(page), 'Password').fill('correct horse battery');
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await page.getByRole('cell', { name: 'anna you', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Log out' }).waitFor();
    expect((await fetch(`${server.url()}/api/status`)).status).toBe(401);

    await page.getByRole('link', { name: 'Ports' }).click();
    await page.getByRole('link', { name: 'Add a port' }).first().click();
    await field(page, 'Name').fill('Router');
    await field(page, 'Device').fill(device);
    expect(await field(page, 'Endpoint').inputValue()).toBe('router');
    // The one that is proposed may be another program's.
    await field(page, 'TCP port').fill('0');
    await page.getByRole('button', { name: 'Save' }).click();
    await card(page, 'Router').getByText('Idle').waitFor();

    await card(page, 'Router').getByRole('link', { name: 'Terminal: router' }).click();
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.keyboard.type('echo $((6*7))\n');
    await screenOf(page).getByText('42').waitFor();

    await page.getByRole('heading', { name: 'Router' }).waitFor();
    await page.getByRole('link', { name: 'To the ports' }).click();
    await card(page, 'Router').getByText('Idle').waitFor();
    await page.getByRole('button', { name: 'Actions for Router' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await dialog(page).getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No port yet').waitFor();
    expect(troubles).toEqual([]);
  });

  it('shows a client that comes, what it sends, and disconnects it when told to', async () => {
    const server = await startServer({
      ...HTTP,
      ports: [{ name: 'Loop', serial: { port: 'loop://' }, servers: [tcp()] }],
    });
    const { page, troubles } = await openTab(server.url());
    await card(page, 'Loop').getByText('Idle').waitFor();
    const client = await connectTcp(server.tcpPort());
    await card(page, 'Loop').getByText('Open').waitFor();
    client.socket.resume();
    client.socket.write(Buffer.alloc(2048));
    await card(page, 'Loop').getByText('2.0 KiB from it, 2.0 KiB to it').waitFor();

    await card(page, 'Loop').getByRole('switch', { name: 'RTS' }).click();
    await card(page, 'Loop').getByRole('img', { name: 'CTS off' }).waitFor();

    await card(page, 'Loop')
      .getByRole('button', { name: /^Disconnect 127/ })
      .click();
    await dialog(page).getByRole('button', { name: 'Disconnect' }).click();
    await client.ended;
    await card(page, 'Loop').getByText('Idle').waitFor();
    expect(troubles).toEqual([]);
  });

  it('changes one setting of a port, and nothing else', async () => {
    const port = {
      name: 'Loop',
      serial: { port: 'loop://', parity: 'EVEN', timeout: 3 },
      servers: [
        tcp({ allow: ['127.0.0.0/8'] }),
        websocket('loop', { control: { rts: true, signals: ['cts'] } }),
      ],
    };
    const server = await startServer({ ...HTTP, ports: [port] });
    const { page } = await openTab(`${server.url()}/ports/0/edit`);
    await field(page, 'Baud rate').fill('57600');
    await page.getByRole('button', { name: 'Save' }).click();
    await card(page, 'Loop').getByText('57600 8E1').waitFor();
    expect((server.config.current.document as { ports: unknown[] }).ports[0]).toEqual({
      ...port,
      serial: { ...port.serial, baudrate: 57_600 },
    });
  });

  it('shows what the server does not take at the field that it is about', async () => {
    const server = await startServer({
      ...HTTP,
      ports: [{ name: 'Loop', serial: { port: 'loop://' }, servers: [tcp()] }],
    });
    const { page } = await openTab(`${server.url()}/ports/0/edit`);
    const group = page.getByRole('group', { name: 'Way in 1: TCP' });
    await field(group, 'TCP port').fill('70000');
    await page.getByRole('button', { name: 'Save' }).click();
    await group.getByText('must be a TCP port, 0 to 65535').waitFor();
    await field(group, 'TCP port').fill('0');
    expect(await group.getByText('must be a TCP port').count()).toBe(0);
  });

  it('tells the second of two who edit the same port, and puts both changes together', async () => {
    const server = await startServer({
      ...HTTP,
      ports: [{ name: 'Loop', serial: { port: 'loop://' }, servers: [] }],
    });
    const edit = `${server.url()}/ports/0/edit`;
    const [first, second] = [(await openTab(edit)).page, (await openTab(edit)).page];
    await field(first, 'Baud rate').fill('57600');
    await field(second, 'Name').fill('Loop of ours');
    await first.getByRole('button', { name: 'Save' }).click();
    await card(first, 'Loop').waitFor();
    await second.getByRole('button', { name: 'Save' }).click();
    await dialog(second).getByText('Changed by someone else').waitFor();
    await dialog(second).getByText('serial.baudrate').waitFor();
    await dialog(second).getByRole('button', { name: 'Put my changes on top of theirs' }).click();
    await second.getByRole('button', { name: 'Save' }).click();
    await card(second, 'Loop of ours').getByText('57600 8N1').waitFor();
  });

  it('asks again when the session has ended, and stays where it was', async () => {
    const server = await startServer({ ...HTTP, ports: [] });
    const added = await fetch(`${server.url()}/api/users`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ login: 'anna', password: 'correct horse battery' }),
    });
    expect(added.status).toBe(201);
    const { page } = await openTab(`${server.url()}/ports/new`);
    const login = async () => {
      await field(dialog(page), 'Login').fill('anna');
      await field(dialog(page), 'Password').fill('correct horse battery');
      await dialog(page).getByRole('button', { name: 'Log in' }).click();
      await dialog(page).waitFor({ state: 'hidden' });
    };
    await login();
    await field(page, 'Name').fill('Half done');
    const token = await page.evaluate<string>(
      `sessionStorage.getItem(Object.keys(sessionStorage).find((key) => key.endsWith('session')))`,
    );
    await fetch(`${server.url()}/api/logout`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}` },
    });
    await dialog(page).getByText('Your session has ended').waitFor();
    await login();
    expect(await field(page, 'Name').inputValue()).toBe('Half done');

    // Another tab of the same browser need not log in, and is logged out together with this one.
    const other = await page.context().newPage();
    await other.goto(`${server.url()}/users`);
    await other.getByRole('cell', { name: 'anna you', exact: true }).waitFor();
    await other.getByRole('button', { name: 'Log out' }).click();
    await field(dialog(page), 'Login').waitFor();
  });

  it('heals by itself when the server was restarted under an open console and terminal', async () => {
    const ports = [{ name: 'Loop', serial: { port: 'loop://' }, servers: [websocket('loop')] }];
    const before = await startServer({ ...HTTP, ports });
    const url = before.url();
    const { page } = await openTab(url);
    const terminal = await page.context().newPage();
    await terminal.goto(`${url}/xterm/loop`);
    await terminal.getByText('Connected', { exact: true }).waitFor();
    await terminal.keyboard.type('one');
    await screenOf(terminal).getByText('one').waitFor();
    await card(page, 'Loop').getByText('Open').waitFor();

    await before.stop();
    await page.getByText('The connection to the server is lost').waitFor();
    await screenOf(terminal).getByText('cut off').waitFor();
    await terminal.keyboard.type('lost');
    await screenOf(terminal).getByText('what you type is not sent').waitFor();
    await startServer({ http: [{ address: '127.0.0.1', port: Number(new URL(url).port) }], ports });
    await page.getByText('The connection to the server is lost').waitFor({ state: 'detached' });
    await terminal.getByText('Connected', { exact: true }).waitFor();
    await screenOf(terminal).getByText('connected again').waitFor();
    await terminal.keyboard.type('two');
    await screenOf(terminal).getByText('two').waitFor();
    expect(await screenOf(terminal).innerText()).not.toContain('lost');
    await card(page, 'Loop').getByText('Open').waitFor();
  });

  it('keeps what is typed until the terminal is connected for the first time', async () => {
    const server = await startServer({
      ...HTTP,
      ports: [{ name: 'Loop', serial: { port: 'loop://' }, servers: [websocket('loop')] }],
    });
    const { page } = await openTab(server.url());
    let connect = () => {};
    const held = new Promise<void>((resolve) => (connect = resolve));
    await page.routeWebSocket(/\/ws\/loop$/, async (route) => {
      await held;
      route.connectToServer();
    });
    await page.goto(`${server.url()}/xterm/loop`);
    await page.getByText('Connecting', { exact: true }).waitFor();
    await page.getByRole('textbox', { name: 'Terminal of' }).pressSequentially('early');
    connect();
    await screenOf(page).getByText('early').waitFor();
  });

  it('sets lines and sends a break, from the card and from the terminal', async () => {
    const server = await startServer({
      ...HTTP,
      ports: [
        {
          name: 'Loop',
          serial: { port: 'loop://' },
          servers: [websocket('loop', { control: { rts: true, dtr: true, signals: ['cts', 'dsr'] } })],
        },
      ],
    });
    const { page, troubles } = await openTab(server.url());
    const terminal = await page.context().newPage();
    await terminal.goto(`${server.url()}/xterm/loop`);
    // The lines of the loop lead back: RTS to CTS, DTR to DSR.
    for (const [line, back] of [
      ['RTS', 'CTS'],
      ['DTR', 'DSR'],
    ] as const) {
      await card(page, 'Loop')
        .getByRole('img', { name: `${back} on` })
        .waitFor();
      await card(page, 'Loop').getByRole('switch', { name: line }).click();
      await card(page, 'Loop')
        .getByRole('img', { name: `${back} off` })
        .waitFor();
      await terminal.getByRole('img', { name: `${back} off` }).waitFor();
    }
    await page.getByRole('button', { name: 'Actions for Loop' }).click();
    const answer = page.waitForResponse((response) => response.url().endsWith('/break'));
    await page.getByRole('menuitem', { name: 'Send a break' }).click();
    expect((await answer).status()).toBe(200);
    await page.getByText('Break sent').waitFor();

    const second = await page.context().newPage();
    const sent = new Promise<string>((resolve) =>
      second.on('websocket', (socket) => socket.on('framesent', ({ payload }) => resolve(String(payload)))),
    );
    await second.goto(`${server.url()}/xterm/loop`);
    await second.getByText('Connected', { exact: true }).waitFor();
    await second.getByRole('button', { name: 'Send a break' }).click();
    expect(JSON.parse(await sent)).toEqual({ break: 250 });
    await second.getByRole('status').getByText('Break sent').waitFor();
    expect(troubles).toEqual([]);
  });

  it('makes a token that works, and shows it once', async () => {
    const server = await startServer({
      ...HTTP,
      tokens: [{ token: 'the-admin-token', name: 'admin', admin: true }],
      ports: [],
    });
    const { page } = await openTab(`${server.url()}/tokens`);
    await dialog(page).getByRole('button', { name: 'Use an API token instead' }).click();
    await field(dialog(page), 'API token').fill('the-admin-token');
    await dialog(page).getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('button', { name: 'Add a token' }).click();
    await field(dialog(page), 'Name').fill('pipeline');
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await dialog(page).getByText('Copy it now').waitFor();
    await dialog(page).getByRole('button', { name: 'Copy the token' }).and(page.locator(':focus')).waitFor();
    // What closes other dialogs would lose it.
    await page.keyboard.press('Escape');
    await page.mouse.click(5, 5);
    expect(await dialog(page).getByRole('button').allInnerTexts()).toEqual(['', 'I have stored it']);
    const token = await dialog(page).locator('pre').innerText();
    const status = () =>
      fetch(`${server.url()}/api/status`, { headers: { Authorization: `Bearer ${token}` } });
    expect((await status()).status).toBe(200);
    await dialog(page).getByRole('button', { name: 'I have stored it' }).click();
    await page.getByRole('button', { name: 'Delete: pipeline' }).click();
    await dialog(page).getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('cell', { name: 'pipeline', exact: true }).waitFor({ state: 'detached' });
    expect((await status()).status).toBe(401);
  });

  it('shows who changes an HTTP server what somebody else changed of it meanwhile', async () => {
    const server = await startServer({ ...HTTP, ports: [] });
    const { page } = await openTab(`${server.url()}/settings`);
    const edit = async () => {
      await page.getByRole('button', { name: 'Edit: main' }).click();
      await field(dialog(page), 'Name').fill('ours');
    };
    const entry = () => (server.config.current.document as { http: object[] }).http[0];
    await edit();
    await server.config.change((draft) => (draft['http'] = [{ ...HTTP.http[0], allow: ['127.0.0.0/8'] }]));
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    const conflict = page.getByRole('dialog', { name: 'Changed by someone else' });
    await conflict.getByText('allow', { exact: true }).waitFor();
    expect(entry()).toMatchObject({ name: 'main' });
    await conflict.getByRole('button', { name: 'Put my changes on top of theirs' }).click();
    await page.getByRole('button', { name: 'Save' }).last().click();
    await page.getByText('ours', { exact: true }).waitFor();
    expect(entry()).toEqual({ ...HTTP.http[0], name: 'ours', allow: ['127.0.0.0/8'] });
  });

  it('adds an HTTP server that can be opened', async () => {
    const server = await startServer({ ...HTTP, ports: [] });
    const { page } = await openTab(`${server.url()}/settings`);
    await page.getByRole('button', { name: 'Add an HTTP server' }).click();
    await field(dialog(page), 'Name').fill('second');
    await field(dialog(page), 'TCP port').fill('0');
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await page.getByText('second', { exact: true }).waitFor();
    const second = await openTab(server.url(1));
    await second.page.getByText('No port yet').waitFor();
  });
});
