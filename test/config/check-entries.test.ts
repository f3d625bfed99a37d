import { describe, expect, it } from '@jest/globals';
import { surprises, takenAddresses } from '../../src/config/check-entries.js';
import { checkConfig } from '../../src/config/check.js';
import { issueText } from '../../src/config/issues.js';

const at = (address: string | null, port = 10001) => ({ protocol: 'tcp', address, port });
const served = (...servers: object[]) => ({ serial: { port: 'loop://' }, servers });
const taken = (document: object) => takenAddresses(checkConfig(document)).map((issue) => issueText(issue));

describe('two servers at one address', () => {
  it.each<[string, string, boolean]>([
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '127.0.0.2', false],
    ['0.0.0.0', '127.0.0.1', true],
    ['127.0.0.1', '0.0.0.0', true],
    ['', '10.0.0.1', true],
    ['0.0.0.0', '::1', false],
    ['::', '127.0.0.1', true],
    ['::1', '::', true],
    ['::', '0.0.0.0', true],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['::1', '::2', false],
    ['localhost', 'LOCALHOST', true],
    ['localhost', '::', true],
    ['fe80::1%eth0', 'fe80::1%eth1', false],
  ])('%j and %j: a mistake %s', (first, second, mistake) => {
    const message = 'ports[0].servers[1].port: is taken by ports[0].servers[0]';
    expect(taken({ ports: [served(at(first), at(second))] })).toEqual(mistake ? [message] : []);
  });

  it('are a mistake over ports and http entries, and for sockets by their path', () => {
    const socket = { protocol: 'socket', address: '/run/x.sock' };
    const document = {
      ports: [served(at('0.0.0.0'), socket), served(socket, at('127.0.0.1', 20080))],
      http: [{ port: 20080 }, { address: '::', port: 10001 }, { port: 1 }],
    };
    expect(taken(document)).toEqual([
      'ports[1].servers[0].address: is taken by ports[0].servers[1]',
      'http[0].port: is taken by ports[1].servers[1]',
      'http[1].port: is taken by ports[0].servers[0]',
    ]);
  });

  it('are none where the system gives the port, or one is not served', () => {
    const unserved = { ...served(at('0.0.0.0', 5)), serial: {} };
    const broken = { ...at('0.0.0.0', 5), max_connections: 'many' };
    const free = at('127.0.0.1', 0);
    expect(taken({ ports: [unserved, served(broken, free, free, at('0.0.0.0', 5))] })).toEqual([]);
  });
});

describe('what surprises', () => {
  const notes = (document: object) => surprises(checkConfig(document)).map((issue) => issueText(issue));
  const websocket = { protocol: 'websocket', endpoint: 'x' };

  it('is a second port of a name', () => {
    const named = (name?: string) => ({ ...served(), ...(name !== undefined && { name }) });
    expect(notes({ ports: [named('a'), named(), named(), named('a')] })).toEqual([
      'ports[3].name: is that of ports[0] too, which is the one found by it',
    ]);
  });

  it('is an endpoint without an http entry that is served', () => {
    const note =
      'ports[0].servers[0]: cannot be reached: WebSockets come by an http entry, and none is served';
    expect(notes({ ports: [served(websocket)] })).toEqual([note]);
    expect(notes({ ports: [served(websocket)], http: [{ port: 'x' }] })).toEqual([note]);
    expect(notes({ ports: [served(websocket)], http: [{ port: 1 }] })).toEqual([]);
  });
});
