import { describe, expect, it } from '@jest/globals';
import { Duplex } from 'node:stream';
import { MonitorClient } from '../../src/listener/monitor-client.js';
import { MONITOR_FRAMES } from '../../src/listener/monitor-frames.js';
import { until } from '../support/until.js';

const now = () => 7;
/** How a text frame begins. */
const TEXT = 0x81;

/** Somebody who looks on and takes nothing before `resume`. */
function stoppedClient() {
  const written: Buffer[] = [];
  let goOn: (() => void) | undefined;
  let stopped = true;
  const socket = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk);
      if (stopped) goOn = done;
      else done();
    },
  });
  const client = new MonitorClient(socket, 'binary', now, { active: () => {}, closed: () => {} });
  const resume = () => {
    stopped = false;
    goOn?.();
  };
  return { client, written, resume, socket };
}

describe('a client of the monitor', () => {
  it.each([1, 100, 4096])('has about 1 MiB of memory waiting and no more, in chunks of %i bytes', (size) => {
    const { client, socket } = stoppedClient();
    const chunk = Buffer.alloc(size);
    let shown = 0;
    for (; client.takes(size); shown++) client.show(MONITOR_FRAMES.binary('rx', chunk));
    // An entry of a stream's queue and a view of a buffer are more than a hundred bytes.
    expect(shown * (size + 100)).toBeLessThan(1.1 * 1024 * 1024);
    expect(shown * (size + 140)).toBeGreaterThan(0.9 * 1024 * 1024);
    socket.destroy();
  });

  it('is told what it missed as soon as it has taken what waited, however small the frames', async () => {
    const { client, written, resume, socket } = stoppedClient();
    const chunk = Buffer.from('x');
    while (client.takes(1)) client.show(MONITOR_FRAMES.binary('rx', chunk));
    for (let missed = 1; missed < 10; missed++) expect(client.takes(1)).toBe(false);
    resume();
    await until(() => written.at(-1)?.[0] === TEXT);
    expect(client.takes(1)).toBe(true);
    expect(written.at(-1)?.subarray(2).toString()).toBe('{"t":7,"lost":10}');
    socket.destroy();
  });
});
