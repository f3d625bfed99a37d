import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { fromBase64, fromHex, toBase64, toHex, toText } from '../../client/src/terminal/hex.js';
import type { Entry } from '../../client/src/terminal/page.js';
import { Recording } from '../../client/src/terminal/recording.js';
import { MOST_ROWS, type RowFilter, Rows } from '../../client/src/terminal/rows.js';
import { asBytes, asJsonLines, textOf } from '../../client/src/terminal/save.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const kept = async (recording: Recording): Promise<Entry[]> =>
  (await Promise.all(recording.sealed().map((page) => page.entries()))).flat();
const shown = (recording: Recording) => recording.pages.flatMap(({ entries }) => entries);

describe('hex', () => {
  it.each([
    ['48 65', [0x48, 0x65]],
    ['4865', [0x48, 0x65]],
    ['0x48,0x0d', [0x48, 0x0d]],
    ['ff:00', [0xff, 0]],
  ])('%s is read', (text, values) => {
    expect([...(fromHex(text) ?? [])]).toEqual(values);
  });

  it.each(['', '4', '4 8 6', 'xy', '48 6'])('"%s" is none', (text) => {
    expect(fromHex(text)).toBeUndefined();
  });

  it('and base64 give back what they were made of', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20_000 }), (data) => {
        expect([...(fromHex(toHex(data)) ?? [])]).toEqual([...data]);
        expect([...fromBase64(toBase64(data))]).toEqual([...data]);
      }),
      { numRuns: 50 },
    );
  });

  it('shows nothing of a byte that could do something', () => {
    expect(toText(Uint8Array.from([0x1b, 0x5b, 0x41, 0, 0x7f, 0xff, 0x0a]))).toBe('·[A····');
  });
});

describe('a recording', () => {
  it('keeps every byte in order, however they come, for the screen and for the file', async () => {
    const chunks = fc.array(
      fc.tuple(fc.constantFrom('rx' as const, 'tx' as const), fc.uint8Array({ maxLength: 9000 }), fc.nat(60)),
    );
    const property = fc.asyncProperty(chunks, async (chunks) => {
      const recording = new Recording();
      let t = 0;
      for (const [dir, data, wait] of chunks) recording.append(dir, data, (t += wait));
      const entries = await kept(recording);
      expect(shown(recording).map(({ t, dir, bytes }) => [t, dir, [...bytes]])).toEqual(
        entries.map(({ t, dir, bytes }) => [t, dir, [...bytes]]),
      );
      for (const dir of ['rx', 'tx'] as const) {
        const sent = chunks.filter(([way]) => way === dir).flatMap(([, data]) => [...data]);
        expect(entries.filter((entry) => entry.dir === dir).flatMap(({ bytes }) => [...bytes])).toEqual(sent);
        expect(recording.totals[dir]).toBe(sent.length);
      }
    });
    await fc.assert(property, { numRuns: 50 });
  });

  it('shows the newest of what is much, and keeps all of it for the file', async () => {
    const recording = new Recording();
    const chunk = bytes('0123456789abcdef'.repeat(4096));
    for (let at = 0; at < 20 * 16; at++) recording.append(at % 2 ? 'rx' : 'tx', chunk, at);
    const length = shown(recording).reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(length).toBeLessThanOrEqual(16 * 1024 * 1024);
    expect(length).toBeGreaterThan(15 * 1024 * 1024);
    expect((await asBytes(recording.sealed())).size).toBe(10 * 1024 * 1024);
    expect(recording.dropped).toBe(0);
  });

  it('keeps short entries in little room', () => {
    const recording = new Recording();
    for (let at = 0; at < 10_000; at++) recording.append('rx', bytes('ab'), at * 1000);
    expect(shown(recording)).toHaveLength(10_000);
    expect(recording.pages).toHaveLength(3);
    expect(recording.sealed().reduce((sum, { blob }) => sum + blob.size, 0)).toBe(10_000 * (12 + 2));
  });

  it('gives up the oldest when the file has grown too much, and says so once', async () => {
    let full = 0;
    const recording = new Recording({ kept: 1024 * 1024, full: () => full++ });
    const chunk = bytes('0123456789abcdef'.repeat(1024));
    for (let at = 0; at < 200; at++) recording.append('rx', chunk, at);
    expect(full).toBe(1);
    expect(recording.dropped).toBeGreaterThan(2 * 1024 * 1024);
    expect((await asBytes(recording.sealed())).size + recording.dropped).toBe(recording.totals.rx);
  });

  it('shows nothing of what was before it was cleared, but keeps it', async () => {
    const recording = new Recording();
    recording.append('rx', bytes('before'), 0);
    recording.clear();
    recording.append('rx', bytes('after'), 1);
    expect(shown(recording).map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['after']);
    expect(await (await asBytes(recording.sealed())).text()).toBe('beforeafter');
  });
});

describe('the lines of the hex view', () => {
  const recording = new Recording();
  recording.append('rx', bytes('The quick brown fox jumps'), 0);
  recording.append('tx', bytes('ok'), 1000);
  const names = (rows: Rows) =>
    rows.slice(0, rows.length).map(({ entry, offset }) => `${entry.dir}${offset}`);
  const rows = (filter: RowFilter, width = 16) => {
    const made = new Rows(filter, width);
    made.update(recording.pages);
    return names(made);
  };

  it('are as wide as there is room', () => {
    expect(rows({ dir: 'both', search: '' })).toEqual(['rx0', 'rx16', 'tx0']);
    expect(rows({ dir: 'both', search: '' }, 8)).toEqual(['rx0', 'rx8', 'rx16', 'rx24', 'tx0']);
  });

  it('are those of one direction', () => {
    expect(rows({ dir: 'tx', search: '' })).toEqual(['tx0']);
  });

  it.each([
    ['fox', ['rx16']],
    ['brown fox', ['rx0', 'rx16']],
    ['6f 6b', ['tx0']],
    ['nothing', []],
  ])('are those that have %s', (search, found) => {
    expect(rows({ dir: 'both', search })).toEqual(found);
  });
});

describe('the lines of the hex view, while bytes come', () => {
  const content = (rows: Rows) =>
    rows
      .slice(0, rows.length)
      .map(({ entry: { t, dir, bytes }, offset }) => [
        t,
        dir,
        [...bytes.subarray(offset, offset + rows.width)],
      ]);

  it.each(['', 'a'])('are what they would be if all had come before, with the search "%s"', (search) => {
    const chunks = fc.array(
      fc.tuple(
        fc.constantFrom('rx' as const, 'tx' as const),
        fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 40 }),
        fc.nat(40),
      ),
    );
    fc.assert(
      fc.property(chunks, (chunks) => {
        const recording = new Recording();
        const live = new Rows({ dir: 'both', search }, 8);
        let t = 0;
        for (const [dir, text, wait] of chunks) {
          recording.append(dir, bytes(text), (t += wait));
          live.update(recording.pages);
        }
        const late = new Rows({ dir: 'both', search }, 8);
        late.update(recording.pages);
        expect(content(live)).toEqual(content(late));
      }),
    );
  });

  it('are given up at the top when they are too many, and counted', () => {
    const recording = new Recording();
    const rows = new Rows({ dir: 'both', search: '' }, 16);
    for (let at = 0; at < 3 * MOST_ROWS; at += 1024) {
      recording.append('rx', new Uint8Array(16 * 1024).fill(at / 1024), at);
      rows.update(recording.pages);
    }
    expect([rows.length, rows.removed]).toEqual([MOST_ROWS, 2 * MOST_ROWS]);
    const [first] = rows.slice(0, 1);
    expect(first?.entry.bytes[0]).toBe(2 * (MOST_ROWS / 1024));
  });
});

describe('a saved file', () => {
  const recording = new Recording();
  recording.append('tx', bytes('AT\r'), 0);
  recording.append('rx', bytes('OK <b>\r\n'), 1000);
  recording.note('cut off', 2000);

  it('has what the device sent, byte for byte', async () => {
    expect(await (await asBytes(recording.sealed())).text()).toBe('OK <b>\r\n');
  });

  it('has both directions as JSON lines', async () => {
    const lines = (await (await asJsonLines(recording.sealed())).text()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { t: 0, dir: 'tx', data: 'QVQN' },
      { t: 1_000_000, dir: 'rx', data: 'T0sgPGI+DQo=' },
      { t: 2_000_000, note: 'cut off' },
    ]);
  });

  it('has hex and text beside each other', () => {
    const [first] = shown(recording);
    expect(first && textOf(first)).toMatch(/^\d\d:\d\d:\d\d\.\d{3} TX {2}41 54 0D {2,}AT·\n$/);
  });
});
