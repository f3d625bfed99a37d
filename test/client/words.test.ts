import { describe, expect, it } from '@jest/globals';
import type { PortStatus } from '../../client/src/api/index.js';
import { conditionOf } from '../../client/src/ports/condition.js';
import { deviceOf, lineSettings, wayIn } from '../../client/src/ports/describe.js';
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
    [{ protocol: 'TCP', address: '127.0.0.1', port: 10001 }, 'socat - TCP:127.0.0.1:10001', true],
    [
      { protocol: 'TCP', address: '0.0.0.0', port: 0, where: '0.0.0.0:4711' },
      'socat - TCP:server.example:4711',
      false,
    ],
    [{ protocol: 'TELNET', address: '::', port: 23 }, 'telnet server.example 23', false],
    [{ protocol: 'SSL', address: 'fd00::1', port: 5 }, 'openssl s_client -quiet -connect [fd00::1]:5', false],
    [{ protocol: 'SOCKET', address: '/run/my dev.sock' }, "socat - UNIX-CONNECT:'/run/my dev.sock'", true],
    [{ protocol: 'WEBSOCKET', endpoint: 'dev' }, 'wss://server.example/base/ws/dev', false],
    [
      { protocol: 'WEBSOCKET', endpoint: 'lab/my device?' },
      'wss://server.example/base/ws/lab/my%20device%3F',
      false,
    ],
  ])('of %j is %s', (server, command, local) => {
    const way = wayIn(server, 'server.example', 'wss://server.example/base/');
    expect(way).toEqual({ command, local });
  });

  it('of a port is written as people write it', () => {
    expect(lineSettings({ baudrate: 9600, bytesize: 7, parity: 'E', stopbits: 1.5 })).toBe('9600 7E1.5');
    expect(lineSettings({})).toBe('');
  });

  it('of a device is its path, or what it is found by and the one that is open', () => {
    expect(deviceOf({ port: '/dev/ttyS0' })).toBe('/dev/ttyS0');
    const match = { vid: '0x0403', product: 'FT*' };
    expect(deviceOf({ port: null, match })).toBe('vid=0x0403 product=FT*');
    expect(deviceOf({ port: '/dev/ttyUSB0', match })).toBe('vid=0x0403 product=FT* → /dev/ttyUSB0');
  });
});

describe('the condition of a port', () => {
  // As test/status/status.test.ts has them from the server.
  const cases: [Pick<PortStatus, 'state' | 'reason_code'>, string][] = [
    [{ state: 'online' }, 'open'],
    [{ state: 'offline' }, 'idle'],
    [{ state: 'offline', reason_code: 'lost' }, 'idle'],
    [{ state: 'offline', reason_code: 'missing' }, 'idle'],
    [{ state: 'offline', reason_code: 'busy' }, 'busy'],
    [{ state: 'offline', reason_code: 'failed' }, 'failed'],
    [{ state: 'error', reason_code: 'missing' }, 'missing'],
    [{ state: 'error', reason_code: 'denied' }, 'denied'],
    [{ state: 'error', reason_code: 'not_serial' }, 'failed'],
    [{ state: 'error', reason_code: 'ambiguous' }, 'failed'],
    [{ state: 'error', reason_code: 'invalid' }, 'invalid'],
  ];
  it.each(cases)('%j is %s', (status, condition) => expect(conditionOf(status)).toBe(condition));
});
