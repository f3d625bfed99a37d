import { describe, expect, it } from '@jest/globals';
import { BindingLines, IoctlLines } from '../../src/serial/modem-lines.js';

/** A driver whose lines a test reads, and which writes down what it is asked: bits as in asm-generic/termios.h. */
function driver(bits: number) {
  const asked: string[] = [];
  const state = { bits };
  const lines = new IoctlLines((_fd, request, argument) => {
    const value = argument.readInt32LE();
    asked.push(request.toString(16));
    if (request === 0x5415) argument.writeInt32LE(state.bits);
    if (request === 0x5416) state.bits |= value;
    if (request === 0x5417) state.bits &= ~value;
    if (request === 0x5418) state.bits = value;
    return Promise.resolve();
  }, 3);
  return { asked, state, lines };
}

describe('the modem lines by ioctl', () => {
  it.each([
    [0x004, ['rts']],
    [0x002, ['dtr']],
    [0x020, ['cts']],
    [0x100, ['dsr']],
    [0x080, ['ri']],
    [0x040, ['cd']],
    [0x1e6, ['rts', 'dtr', 'cts', 'dsr', 'ri', 'cd']],
  ])('are read from the bits 0x%s', async (bits, up) => {
    const signals = await driver(bits).lines.get();
    expect(Object.entries(signals).flatMap(([line, on]) => (on ? [line] : []))).toEqual(up);
  });

  it.each([
    ['one line up', { rts: true }, 0x000, 0x004, ['5416']],
    ['one line down', { dtr: false }, 0x006, 0x004, ['5417']],
    ['both up', { rts: true, dtr: true }, 0x020, 0x026, ['5416']],
    ['both down', { rts: false, dtr: false }, 0x026, 0x020, ['5417']],
    ['one up and one down', { rts: true, dtr: false }, 0x022, 0x024, ['5415', '5418']],
  ])('are set in one step: %s', async (_, lines, before, after, requests) => {
    const { asked, state, lines: modem } = driver(before);
    await modem.set(lines);
    expect(state.bits).toBe(after);
    expect(asked).toEqual(requests);
  });
});

describe("the modem lines by serialport's binding", () => {
  it('keep the line that is not named, since the binding resets it', async () => {
    const set: object[] = [];
    const lines = new BindingLines({
      get: () => Promise.resolve({ cts: true, dsr: false, dcd: true }),
      set: (options) => {
        set.push(options);
        return Promise.resolve();
      },
    });
    await lines.set({ rts: false });
    await lines.set({ dtr: false });
    expect(set).toEqual([
      { rts: false, dtr: true },
      { rts: false, dtr: false },
    ]);
    expect(await lines.get()).toEqual({ rts: false, dtr: false, cts: true, dsr: false, cd: true, ri: false });
  });
});
