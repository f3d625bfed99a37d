import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { SerialDto } from '../../src/config/serial.dto.js';
import { DeviceUnavailable } from '../../src/serial/serial-device.js';
import type { PortClient, PortSetup } from '../../src/serial/port-client.js';
import { SerialPort } from '../../src/serial/serial-port.js';
import { FakeDevice } from '../support/fake-device.js';
import { RecordingLog } from '../support/log.js';

class FakeClient implements PortClient {
  readonly encode = (chunk: Buffer) => chunk;
  readonly events: string[] = [];
  backlog = 0;
  leaving = false;
  data = true;
  send(wire: Buffer): boolean {
    this.events.push(`send ${wire.toString()}`);
    return true;
  }
  pause(): void {
    this.events.push('pause');
  }
  resume(): void {
    this.events.push('resume');
  }
  dropIfGone(why: string): void {
    this.events.push(`drop if gone: ${why}`);
  }
  dismiss(reason: string): void {
    this.events.push(`dismiss ${reason}`);
  }
}

const setup = (more: Partial<PortSetup> = {}): PortSetup => ({
  label: 'test',
  serial: Object.assign(new SerialDto(), { port: '/dev/fake' }),
  max_connections: 0,
  on_limit: 'reject',
  ...more,
});

function newPort(more: Partial<PortSetup> = {}) {
  const log = new RecordingLog();
  Logger.overrideLogger(log);
  const devices: FakeDevice[] = [];
  const failures: Error[] = [];
  const open = () => {
    const failure = failures.shift();
    if (failure) return Promise.reject(failure);
    const device = new FakeDevice();
    devices.push(device);
    return Promise.resolve(device);
  };
  const port = new SerialPort(setup(more), open, ({ port }) => Promise.resolve(port as string));
  return { port, log, devices, failures, device: () => devices.at(-1) as FakeDevice };
}
const settled = () => new Promise(setImmediate);

describe('a port', () => {
  it('opens its device for the first client, and closes it after the last one', async () => {
    const { port, devices, device } = newPort();
    const [first, second] = [new FakeClient(), new FakeClient()];
    expect(devices.length).toBe(0);
    await port.join(first);
    await port.join(second);
    port.leave(first);
    expect(device().calls).toEqual([]);
    port.leave(second);
    await settled();
    expect(device().calls).toEqual(['close']);
    expect(devices.length).toBe(1);
  });

  it('opens it once for clients that come at the same time', async () => {
    const { port, devices } = newPort();
    await Promise.all([port.join(new FakeClient()), port.join(new FakeClient())]);
    expect(devices.length).toBe(1);
  });

  it('opens it again for a client that comes while it closes', async () => {
    const { port, devices } = newPort();
    const first = new FakeClient();
    await port.join(first);
    port.leave(first);
    expect(port.state).toBe('closing');
    await port.join(new FakeClient());
    expect([port.state, devices.length]).toEqual(['open', 2]);
  });

  it('closes it when the only client left while it was opened', async () => {
    const { port, device } = newPort();
    const client = new FakeClient();
    const joined = port.join(client);
    port.leave(client);
    await joined;
    await settled();
    expect(device().calls).toEqual(['close']);
  });

  it('tells every client that waits why the device cannot be opened, and tries again for the next', async () => {
    const { port, failures } = newPort();
    failures.push(new DeviceUnavailable('/dev/fake', 'missing', 'there is no such device'));
    const joins = await Promise.allSettled([port.join(new FakeClient()), port.join(new FakeClient())]);
    expect(joins.map((join) => (join.status === 'rejected' ? (join.reason as Error).message : ''))).toEqual([
      'Cannot open /dev/fake: there is no such device',
      'Cannot open /dev/fake: there is no such device',
    ]);
    await port.join(new FakeClient());
    expect(port.state).toBe('open');
  });

  it('gives what the device sends to all clients', async () => {
    const { port, device } = newPort();
    const clients = [new FakeClient(), new FakeClient()];
    for (const client of clients) await port.join(client);
    device().events?.data(Buffer.from('x'));
    expect(clients.map((client) => client.events)).toEqual([['send x'], ['send x']]);
  });

  it('stays open until the device has what was written before the last client left', async () => {
    const { port, device } = newPort();
    const client = new FakeClient();
    await port.join(client);
    device().blocked = true;
    port.write(client, Buffer.from('last words'));
    port.leave(client);
    expect(device().calls).toEqual([]);
    device().unblock();
    await settled();
    expect(device().calls).toEqual(['write last words', 'close']);
  });

  it('stays open for a client that comes while the device still takes the words of the last one', async () => {
    const { port, device, devices } = newPort();
    const client = new FakeClient();
    await port.join(client);
    device().blocked = true;
    port.write(client, Buffer.from('words'));
    port.leave(client);
    await port.join(new FakeClient());
    device().unblock();
    expect(device().calls).toEqual(['write words']);
    expect(devices.length).toBe(1);
  });

  it('pauses the client that fills the queue of a device that does not drain, and nobody else', async () => {
    const { port, device } = newPort();
    const [busy, quiet] = [new FakeClient(), new FakeClient()];
    await port.join(busy);
    await port.join(quiet);
    device().blocked = true;
    port.write(busy, Buffer.alloc(127 * 1024));
    expect(busy.events).toEqual([]);
    port.write(busy, Buffer.alloc(1024));
    expect(busy.events).toEqual(['pause']);
    expect(quiet.events).toEqual([]);
    device().unblock();
    await settled();
    expect(busy.events).toEqual(['pause', 'resume']);
    expect(port.queued).toBe(0);
  });

  it('lets the device wait only when even the client that is least behind cannot keep up', async () => {
    const { port, device } = newPort();
    const [slow, fast] = [new FakeClient(), new FakeClient()];
    await port.join(slow);
    await port.join(fast);
    slow.backlog = 100 * 1024 * 1024;
    device().events?.data(Buffer.from('x'));
    expect(device().calls).toEqual([]);
    fast.backlog = 4 * 1024 * 1024;
    device().events?.data(Buffer.from('y'));
    expect(device().calls).toEqual(['pause']);
    port.caughtUp();
    expect(device().calls).toEqual(['pause']);
    fast.backlog = 0;
    port.caughtUp();
    expect(device().calls).toEqual(['pause', 'resume']);
  });

  it('reports a lost device once, lets its clients go, and says what did not reach it', async () => {
    const { port, device, log } = newPort();
    const clients = [new FakeClient(), new FakeClient()];
    for (const client of clients) await port.join(client);
    device().blocked = true;
    port.write(clients[0] as FakeClient, Buffer.from('abc'));
    device().events?.lost('it was unplugged');
    expect(clients.map((client) => client.events)).toEqual([
      ['dismiss the device was lost: it was unplugged'],
      ['dismiss the device was lost: it was unplugged'],
    ]);
    await settled();
    expect(device().calls).toEqual(['close']);
    expect(log.lines.filter((line) => line.startsWith('WARNING'))).toEqual([
      'WARNING [test] lost /dev/fake: it was unplugged',
      'WARNING [test] 3 bytes from clients did not reach /dev/fake',
    ]);
  });

  it('serves the next client when the device is back', async () => {
    const { port, device, devices } = newPort();
    await port.join(new FakeClient());
    device().events?.lost('it was unplugged');
    await port.join(new FakeClient());
    expect([port.state, devices.length]).toEqual(['open', 2]);
  });

  it('brings an open device to other settings without letting anybody go', async () => {
    const { port, device } = newPort();
    const client = new FakeClient();
    await port.join(client);
    const serial = Object.assign(new SerialDto(), { port: '/dev/fake', baudrate: 115200 });
    await port.update(setup({ serial }));
    expect(device().calls).toEqual(['update']);
    expect(client.events).toEqual([]);
  });

  it('touches neither device nor clients for a new name or limit', async () => {
    const { port, device } = newPort();
    const client = new FakeClient();
    await port.join(client);
    await port.update(setup({ label: 'other', max_connections: 1 }));
    expect([device().calls, client.events, port.label, port.full]).toEqual([[], [], 'other', true]);
  });

  it('gives a device that is just being opened the settings that came meanwhile', async () => {
    const { port, device } = newPort();
    const joined = port.join(new FakeClient());
    await port.update(
      setup({ serial: Object.assign(new SerialDto(), { port: '/dev/fake', baudrate: 115200 }) }),
    );
    await joined;
    expect(device().calls).toEqual(['update']);
  });

  it('takes nobody any more when it was removed', async () => {
    const { port } = newPort();
    await port.remove('gone');
    await expect(port.join(new FakeClient())).rejects.toThrow('removed');
  });

  it('waits for the device when the server stops, but not for ever', async () => {
    const { port, device, log } = newPort();
    const client = new FakeClient();
    await port.join(client);
    device().blocked = true;
    port.write(client, Buffer.from('abc'));
    await port.drainAndRemove('the server stops', 20);
    expect(client.events).toEqual(['pause', 'dismiss the server stops']);
    expect(log.lines).toContainEqual('WARNING [test] 3 bytes from clients did not reach /dev/fake');
  });
});
