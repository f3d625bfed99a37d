import { expect, it } from '@jest/globals';
import { applyLine } from '../../client/src/live/delta.js';
import type { Snapshot } from '../../client/src/live/model.js';

const port = (name: string) => ({
  name,
  serial: { port: 'loop://', connected: false },
  servers: [],
  state: 'offline' as const,
  bytes_read: 0,
  bytes_written: 0,
  queue: 0,
  losses: 0,
});
const SNAPSHOT: Snapshot = { ports: [port('a'), port('b')], detected: [], admin: true };

it('begins with a full line', () => {
  expect(applyLine(undefined, SNAPSHOT)).toEqual(SNAPSHOT);
});

it('knows nothing before a full line', () => {
  expect(applyLine(undefined, { port_index: 0, _delta: true, state: 'online' })).toBeUndefined();
  expect(applyLine(undefined, {})).toBeUndefined();
});

it('changes only the keys and the port that a delta names', () => {
  const after = applyLine(SNAPSHOT, { port_index: 1, _delta: true, state: 'online', bytes_read: 5 });
  expect(after?.ports[1]).toEqual({ ...port('b'), state: 'online', bytes_read: 5 });
  expect(after?.ports[0]).toBe(SNAPSHOT.ports[0]);
  expect(SNAPSHOT.ports[1]).toEqual(port('b'));
});

it('takes a key away that is null', () => {
  const open = applyLine(SNAPSHOT, { port_index: 0, _delta: true, reason: 'lost' });
  expect(applyLine(open, { port_index: 0, _delta: true, reason: null })?.ports[0]).toEqual(port('a'));
});

it('leaves everything as it is for a sign of life, for a port it does not know and for what it does not understand', () => {
  for (const line of [{}, { port_index: 7, _delta: true, state: 'online' }, null, 3, { later: true }])
    expect(applyLine(SNAPSHOT, line)).toBe(SNAPSHOT);
});

it('takes over devices that come and go', () => {
  const detected = [{ device: '/dev/ttyUSB0' }];
  expect(applyLine(SNAPSHOT, { detected })).toEqual({ ...SNAPSHOT, detected });
});

it('begins anew when ports are added or removed', () => {
  const next = { ports: [port('c')], detected: [], admin: false };
  expect(applyLine(SNAPSHOT, next)).toEqual(next);
});
