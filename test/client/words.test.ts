import { describe, expect, it } from '@jest/globals';
import type { PortStatus } from '../../client/src/api/index.js';
import { conditionOf } from '../../client/src/ports/condition.js';
import { lineSettings, wayIn } from '../../client/src/ports/describe.js';
import { bytes, duration, moment } from '../../client/src/util/format.js';

describe('numbers', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 KiB'],
    [1536, '1.5 KiB'],
    [150 * 1024, '150 KiB'],
    [5 * 1024 ** 3, '5.0 GiB'],
  ])('%d bytes are %s', (count, text) => expect(bytes(count)).toBe(text));

  it.each([
    [0, '0 s'],
    [59.9, '59 s'],
    [3725, '1 h 2 min'],
    [7200, '2 h'],
    [90_061, '1 d 1 h'],
  ])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text));

  it('a time of today goes without its date', () => {
    const now = new Date(2026, 2, 1, 15, 0);
    expect(moment(new Date(2026, 2, 1, 9, 5).toISOString(), now)).toBe('09:05');
    expect(moment(new Date(2026, 1, 28, 9, 5).toISOString(), now)).toBe('2026-02-28 09:05');
  });
});

describe('a way in', () => {
  it.each([
    [{ protocol: 'TCP', address: '127.0.0.1', port: 10001 }, 'nc 127.0.0.1 10001', true],
    [
      { protocol: 'TCP', address: '0.0.0.0', port: 0, where: '0.0.0.0:4711' },
      'nc server.example 4711',
      false,
    ],
    [{ protocol: 'TELNET', address: '::', port: 23 }, 'telnet server.example 23', false],
    [{ protocol: 'SSL', address: 'fd00::1', port: 5 }, 'openssl s_client -quiet -connect [fd00::1]:5', false],
    [{ protocol: 'SOCKET', address: '/run/my dev.sock' }, "socat - UNIX-CONNECT:'/run/my dev.sock'", true],
    [{ protocol: 'WEBSOCKET', endpoint: 'dev' }, 'wss://server.example/base/ws/dev', false],
  ])('of %j is %s', (server, command, local) => {
    const way = wayIn(server, 'server.example', 'wss://server.example/base/');
    expect(way).toEqual({ command, local });
  });

  it('of a port is written as people write it', () => {
    expect(lineSettings({ baudrate: 9600, bytesize: 7, parity: 'E', stopbits: 1.5 })).toBe('9600 7E1.5');
    expect(lineSettings({})).toBe('');
  });
});

describe('the condition of a port', () => {
  const port = { serial: { port: '/dev/x', connected: false }, servers: [] };
  const client = { id: 'c1', address: 'a', since: '', bytes_in: 0, bytes_out: 0, queue: 0 };
  const server = { protocol: 'TCP', state: 'online' as const, accepted: 1, refused: 0, dropped: 0 };
  const cases: [Pick<PortStatus, 'state' | 'serial' | 'servers'>, string][] = [
    [{ ...port, state: 'online' as const }, 'open'],
    [{ ...port, state: 'offline' as const }, 'idle'],
    [{ ...port, state: 'error' as const }, 'missing'],
    [{ ...port, state: 'error' as const, servers: [{ ...server, connections: [client] }] }, 'retrying'],
    [{ serial: { port: null, connected: false }, servers: [], state: 'error' as const }, 'error'],
  ];
  it.each(cases)('%j is %s', (state, condition) => expect(conditionOf(state)).toBe(condition));
});
