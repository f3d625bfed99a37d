import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Signals } from '../../src/protocol/codec.js';
import { PortSignals } from '../../src/serial/port-signals.js';
import { WriteQueue } from '../../src/serial/write-queue.js';
import { FakeDevice } from '../support/fake-device.js';
import { RecordingLog } from '../support/log.js';

const LOW: Signals = { rts: false, dtr: false, cts: false, dsr: false, ri: false, cd: false };
const open: PortSignals[] = [];
afterEach(() => Promise.all(open.splice(0).map((signals) => signals.close())));

function newSignals(device = new FakeDevice()) {
  const log = new RecordingLog();
  Logger.overrideLogger(log);
  let empty = () => {};
  const emptied = new Promise<void>((resolve) => (empty = resolve));
  const taken = () => void (queue.idle && empty());
  const queue = new WriteQueue(device, { taken, failed: () => {} });
  const signals = new PortSignals(device, queue, () => new Logger('test'));
  open.push(signals);
  return { device, queue, signals, log, emptied };
}

/** A watcher whose reports can be waited for. */
function newWatcher(pollInterval = 0.005) {
  const reports: string[] = [];
  let wake = () => {};
  return {
    pollInterval,
    reports,
    signals: (signals: Signals, why: string) => {
      reports.push(
        `${why} ${Object.keys(signals)
          .filter((line) => signals[line as keyof Signals])
          .join(' ')}`,
      );
      wake();
    },
    until: async (count: number) => {
      while (reports.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return reports;
    },
  };
}

describe('the modem lines of a port', () => {
  it('are told to a watcher when it comes, and then when they change', async () => {
    const { device, signals } = newSignals();
    const watcher = newWatcher();
    signals.watch(watcher);
    await watcher.until(1);
    device.lines = { ...LOW, rts: true, dtr: true, cts: true, ri: true };
    expect(await watcher.until(2)).toEqual(['first rts dtr', 'changed rts dtr cts ri']);
  });

  it('are not looked at when nobody wants to know', async () => {
    jest.useFakeTimers();
    const { signals } = newSignals();
    const watcher = newWatcher();
    signals.watch(watcher);
    expect(jest.getTimerCount()).toBe(1);
    signals.unwatch(watcher);
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('are not looked at again and again where they only change when they are set', async () => {
    jest.useFakeTimers();
    const { signals } = newSignals(Object.assign(new FakeDevice(), { steadyLines: true }));
    const watcher = newWatcher();
    signals.watch(watcher);
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
    await watcher.until(1);
    await signals.set({ rts: false });
    expect(await watcher.until(2)).toEqual(['first rts dtr', 'asked dtr']);
  });

  it('are set in their place among the data', async () => {
    const { device, queue, signals, emptied } = newSignals();
    queue.push(Buffer.from('before'));
    void signals.set({ rts: false, dtr: true });
    queue.push(Buffer.from('after'));
    await emptied;
    expect(device.calls).toEqual(['write before', 'lines {"rts":false,"dtr":true}', 'write after']);
  });

  it('are told to everybody who watches after they were set, also when nothing changed', async () => {
    const { signals } = newSignals();
    const watchers = [newWatcher(60), newWatcher(60)];
    for (const watcher of watchers) signals.watch(watcher);
    for (const watcher of watchers) await watcher.until(1);
    await signals.set({ rts: true });
    expect(watchers.map((watcher) => watcher.reports[1])).toEqual(['asked rts dtr', 'asked rts dtr']);
  });

  it('are told as they are after the commands that came before the question', async () => {
    const { signals } = newSignals();
    const watcher = newWatcher(60);
    void signals.set({ rts: false });
    void signals.set({ dtr: false });
    signals.tell(watcher);
    expect(await watcher.until(1)).toEqual(['asked ']);
  });

  it('are all low on a device without lines, whose commands are ignored with one warning', async () => {
    const { device, signals, log } = newSignals();
    device.lines = new Error('inappropriate ioctl');
    await signals.set({ rts: true });
    await signals.set({ dtr: true });
    expect(await signals.read()).toEqual(LOW);
    expect(log.lines).toEqual([
      'WARNING [test] /dev/fake has no modem lines, commands for them are ignored: inappropriate ioctl',
    ]);
  });

  it('stay what they were while a device does not answer for a moment, and are set when it does again', async () => {
    const { device, signals, log } = newSignals();
    const watcher = newWatcher();
    signals.watch(watcher);
    await watcher.until(1);
    const { lines } = device;
    device.lines = new Error('protocol error');
    expect(await signals.read()).toEqual(lines);
    expect(await signals.set({ dtr: false })).toBe(false);
    device.lines = lines;
    expect(await signals.set({ dtr: false })).toBe(true);
    expect(await watcher.until(2)).toEqual(['first rts dtr', 'asked rts']);
    expect(log.lines).toEqual([
      'WARNING [test] /dev/fake does not answer for its modem lines, it is asked again: protocol error',
    ]);
  });

  it('are there although the first command for them failed, when they can be read', async () => {
    const { device, signals } = newSignals();
    const setLines = jest.spyOn(device, 'setLines').mockRejectedValueOnce(new Error('protocol error'));
    expect(await signals.set({ dtr: false })).toBe(false);
    setLines.mockRestore();
    expect(await signals.set({ dtr: false })).toBe(true);
  });

  it('that answer now and then are a line in the log once a minute', async () => {
    const { device, signals, log } = newSignals();
    const { lines } = device;
    signals.watch(newWatcher(Infinity));
    for (let round = 0; round < 3; round++) {
      device.lines = lines;
      await signals.read();
      device.lines = new Error('protocol error');
      await signals.read();
    }
    expect(log.lines).toHaveLength(1);
  });

  it('let nobody wait for a device that is closed', async () => {
    const { device, queue, signals } = newSignals();
    device.blocked = true;
    queue.push(Buffer.from('stuck'));
    const done = signals.set({ rts: true });
    void signals.close();
    expect(await done).toBe(false);
  });
});

describe('a break', () => {
  it('is sent in its place among the data', async () => {
    const { device, queue, signals, emptied } = newSignals();
    queue.push(Buffer.from('a'));
    void signals.sendBreak(1);
    queue.push(Buffer.from('b'));
    await emptied;
    expect(device.calls).toEqual(['write a', 'break on', 'break off', 'write b']);
  });

  it('is not sent a ninth time while eight wait', async () => {
    const { device, queue, signals } = newSignals();
    device.blocked = true;
    queue.push(Buffer.from('a'));
    const breaks = Array.from({ length: 20 }, () => signals.sendBreak(1));
    device.unblock();
    await Promise.all(breaks);
    expect(device.calls.filter((call) => call === 'break on').length).toBe(8);
  });
});
