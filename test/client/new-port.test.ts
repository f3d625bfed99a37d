import { describe, expect, it } from '@jest/globals';
import type { DetectedDevice, PortStatus } from '../../client/src/api/index.js';
import type { JsonObject } from '../../client/src/editor/json.js';
import { nameEndpoint, namePort, newPort } from '../../client/src/editor/new-port.js';

const taken = [{ servers: [{ protocol: 'WEBSOCKET', endpoint: 'router' }] }] as unknown as PortStatus[];
const endpoints = ({ servers }: JsonObject) =>
  (servers as JsonObject[]).flatMap(({ endpoint }) => endpoint ?? []);
/** What becomes of a new port when these names are given to it one after the other. */
const named = (start: JsonObject, ...names: string[]) =>
  names.reduce((before, name) => nameEndpoint(before, { ...before, name }, taken), start);

describe('the endpoint of a new port', () => {
  it.each([
    [['S', 'Sw', 'Switch', 'Switch ', 'Switch 1'], 'switch-1'],
    [['Router'], 'router-2'],
    [['Router', ''], 'device'],
    [['***'], 'device'],
  ])('is called as the port is: %j', (names, endpoint) => {
    expect(endpoints(named(newPort(taken), ...names))).toEqual([endpoint]);
  });

  it('keeps the name that somebody gave it', () => {
    const { servers, ...start } = newPort(taken);
    const [websocket, tcp] = servers as JsonObject[];
    const renamed = { ...start, servers: [{ ...websocket, endpoint: 'lab' }, tcp ?? {}] };
    expect(endpoints(named(renamed, 'Switch', 'Router'))).toEqual(['lab']);
  });
});

describe('the name of a new port', () => {
  const detected = [{ device: '/dev/ttyUSB0', product: 'FT232R' }] as DetectedDevice[];
  /** What it is after these devices were typed one after the other. */
  const typed = (start: JsonObject, ...devices: string[]) =>
    devices.reduce((before, port) => namePort(before, { ...before, serial: { port } }, detected), start)[
      'name'
    ];
  it.each([
    [['/', '/dev/', '/dev/ttyS', '/dev/ttyS1'], 'ttyS1'],
    [['COM3'], 'COM3'],
    [['loop:', 'loop:/', 'loop://'], 'loop'],
    [['/dev/ttyUSB0'], 'FT232R'],
    [['/dev/ttyS1', ''], undefined],
  ])('is that of its device: %j', (devices, name) => {
    expect(typed(newPort([]), ...devices)).toBe(name);
  });

  it('is what somebody typed, also nothing', () => {
    expect(typed({ name: 'Board', serial: { port: '' } }, '/dev/ttyS1')).toBe('Board');
    expect(typed({ serial: { port: '/dev/ttyS0' } }, '/dev/ttyS1')).toBeUndefined();
  });
});
