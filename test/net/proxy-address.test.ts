import { describe, expect, it } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { NetworkSet } from '../../src/net/ip-filter.js';
import { arrivalBehind } from '../../src/net/proxy-address.js';

type Request = Pick<IncomingMessage, 'headers' | 'socket'>;

const trusted = new NetworkSet(['10.0.0.0/8', '::1']);
const request = (peer: string, headers: Record<string, string>, more: object = {}) =>
  ({ headers, socket: { remoteAddress: peer, remotePort: 5000, ...more } }) as unknown as Request;
const arrival = (peer: string, headers: Record<string, string>, base = '') =>
  arrivalBehind(trusted, base, request(peer, headers));
const clientBehind = (peer: string, forwarded: string) =>
  arrival(peer, { 'x-forwarded-for': forwarded }).from.text;

describe('The client of a request', () => {
  it.each([
    ['is the other end without a proxy', '192.0.2.1', '', '192.0.2.1:5000'],
    ['is not what somebody says who is not trusted', '192.0.2.1', '10.0.0.1', '192.0.2.1:5000'],
    ['is what a proxy says that is trusted', '10.0.0.1', '192.0.2.7', '192.0.2.7'],
    ['is the last address that is not trusted', '10.0.0.1', '192.0.2.7, 10.0.0.9', '192.0.2.7'],
    ['is not what it claims itself', '10.0.0.1', '203.0.113.1, 10.0.0.5, 192.0.2.7', '192.0.2.7'],
    ['is the first where all are trusted', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['is the proxy where that says nothing', '10.0.0.1', '', '10.0.0.1:5000'],
    [
      'is the last that is known where an entry is no address',
      '10.0.0.1',
      '192.0.2.7, unknown',
      '10.0.0.1:5000',
    ],
    ['is the last known also behind more of them', '10.0.0.1', 'a b, 10.0.0.2', '10.0.0.2'],
    ['has its port where the proxy says it', '10.0.0.1', '192.0.2.7:4711', '192.0.2.7:4711'],
    ['may be IPv6', '10.0.0.1', '2001:db8::7', '2001:db8::7'],
    ['may be IPv6 with a port', '::1', '[2001:db8::7]:4711', '[2001:db8::7]:4711'],
    ['is IPv4 also when the proxy says it as IPv6', '::ffff:10.0.0.1', '::ffff:192.0.2.7', '192.0.2.7'],
    ['is found among empty entries', '10.0.0.1', ', 192.0.2.7 ,', '192.0.2.7'],
  ])('%s', (_what, peer, forwarded, client) => {
    expect(clientBehind(peer, forwarded)).toBe(client);
  });

  it('is found in bounded time in a list without end', () => {
    expect(clientBehind('10.0.0.1', `192.0.2.7${', 10.0.0.2'.repeat(1600)}`)).toBe('10.0.0.2');
  });
});

describe('What the client called', () => {
  const said = {
    host: 'upstream:8080',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'Serial.Example:8443',
    'x-forwarded-prefix': '/lab/',
  };

  it('is as a trusted proxy says', () => {
    expect(arrival('10.0.0.1', said)).toMatchObject({
      scheme: 'https',
      host: 'serial.example:8443',
      prefix: '/lab',
    });
  });

  it('is as it is where the other end is not trusted', () => {
    expect(arrival('192.0.2.1', said, '/base')).toMatchObject({
      scheme: 'http',
      host: 'upstream:8080',
      prefix: '/base',
    });
  });

  it('is what the nearest proxy says when there are more', () => {
    const headers = {
      'x-forwarded-host': 'evil.example, serial.example',
      'x-forwarded-proto': 'http, https',
    };
    expect(arrival('10.0.0.1', headers)).toMatchObject({ host: 'serial.example', scheme: 'https' });
  });

  it('is https on a TLS socket', () => {
    expect(arrivalBehind(trusted, '', request('192.0.2.1', {}, { encrypted: true })).scheme).toBe('https');
  });

  it.each([
    ['x-forwarded-host', 'a b'],
    ['x-forwarded-host', "x; script-src 'unsafe-inline'"],
    ['x-forwarded-host', 'user@evil.example'],
    ['x-forwarded-prefix', '//evil.example'],
    ['x-forwarded-prefix', '/a\r\nb'],
    ['x-forwarded-prefix', 'javascript:'],
    ['x-forwarded-proto', 'ftp'],
  ])('is not changed by %s: %j', (name, value) => {
    expect(arrival('10.0.0.1', { host: 'here', [name]: value })).toMatchObject({
      host: 'here',
      prefix: '',
      scheme: 'http',
    });
  });
});
