/** What an operation is sent and answers, as pages and generated clients show it. A test holds them against their schemas. */
const ok = { ok: true };
const signals = { rts: true, dtr: true, cts: true, dsr: false, ri: false, cd: false };
const tcp = { protocol: 'tcp', address: '127.0.0.1', port: 10001, max_connections: 5 };
const port = {
  name: 'console',
  serial: { port: '/dev/ttyUSB0', baudrate: 115200 },
  servers: [tcp, { protocol: 'websocket', endpoint: 'console' }],
};
const portStatus = {
  name: 'console',
  serial: {
    port: '/dev/ttyUSB0',
    connected: true,
    baudrate: 115200,
    bytesize: 8,
    parity: 'N',
    stopbits: 1,
  },
  servers: [
    {
      protocol: 'TCP',
      address: '127.0.0.1',
      port: 10001,
      connections: [
        {
          id: 'c17',
          address: '127.0.0.1:50312',
          since: '2026-03-01T12:00:00.000Z',
          bytes_in: 12,
          bytes_out: 4096,
          queue: 0,
        },
      ],
      state: 'online',
      where: '127.0.0.1:10001',
      accepted: 3,
      refused: 0,
      dropped: 0,
    },
  ],
  signals,
  state: 'online',
  since: '2026-03-01T12:00:00.000Z',
  bytes_read: 4096,
  bytes_written: 12,
  queue: 0,
  losses: 0,
};
const token = {
  id: '9f2c51d07a3e',
  token: 'Zk3f…',
  name: 'monitoring',
  admin: false,
  created: '2026-03-01T12:00:00.000Z',
};
const http = {
  name: 'main',
  address: '0.0.0.0',
  port: 8443,
  ssl: { certfile: 'server.crt', keyfile: 'server.key' },
};

export const examples = {
  login: { request: { login: 'admin', password: 'correct horse' }, response: { token: 'Zk3fQ8…' } },
  logout: { response: ok },
  getStatus: { response: { ports: [portStatus], admin: true } },
  detectDevices: {
    response: [
      {
        device: '/dev/ttyUSB0',
        description: 'FT232R USB UART',
        hwid: 'USB VID:PID=0403:6001 SER=A50285BI LOCATION=1-1.2',
        vid: '0x0403',
        pid: '0x6001',
        serial_number: 'A50285BI',
        manufacturer: 'FTDI',
        product: 'FT232R USB UART',
        location: '1-1.2',
      },
    ],
  },
  getSignals: { response: [{ name: 'console', connected: true, signals }] },
  listPorts: { response: [port] },
  getPort: { response: port },
  addPort: { request: port, response: { ok: true, index: 0 } },
  replacePort: { request: port, response: ok },
  changePort: { request: { serial: { baudrate: 9600 }, max_connections: null }, response: ok },
  removePort: { response: ok },
  setSignals: { request: { rts: true, dtr: false }, response: ok },
  sendBreak: { request: { duration_ms: 250 }, response: ok },
  disconnectClient: { response: ok },
  listUsers: { response: [{ login: 'admin', admin: true, session_timeout: 3600 }] },
  addUser: { request: { login: 'guest', password: 'correct horse' }, response: ok },
  changeUser: { request: { password: 'battery staple' }, response: ok },
  removeUser: { response: ok },
  listTokens: { response: [token] },
  addToken: {
    request: { name: 'monitoring', expires: '2027-03-01T00:00:00Z' },
    response: { ...token, ok: true, token: 'Zk3fQ8mJ5wXcR1…', expires: '2027-03-01T00:00:00.000Z' },
  },
  changeToken: { request: { name: 'alerts' }, response: ok },
  removeToken: { response: ok },
  getSettings: { response: { http: [{ ...http, listening: '0.0.0.0:8443' }], session_timeout: 3600 } },
  changeSettings: { request: { session_timeout: 1800 }, response: ok },
  addHttpServer: { request: http, response: { ok: true, index: 1 } },
  changeHttpServer: { request: { allow: ['192.168.1.0/24'] }, response: ok },
  removeHttpServer: { response: ok },
  getLiveness: { response: { status: 'ok' } },
  getReadiness: { response: { status: 'ok' } },
};
