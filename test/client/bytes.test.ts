import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { fromBase64, fromHex, toBase64, toHex, toText } from '../../client/src/terminal/hex.js';
import { Recording } from '../../client/src/terminal/recording.js';
import { rowsOf } from '../../client/src/terminal/rows.js';
import { asBytes, asJsonLines, textOf } from '../../client/src/terminal/save.js';

const bytes = (text: string) => new TextEncoder().encode(text);

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
  it('keeps every byte in order, however they come', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom('rx' as const, 'tx' as const),
            fc.uint8Array({ maxLength: 9000 }),
            fc.nat(60),
          ),
        ),
        (chunks) => {
          const recording = new Recording();
          let t = 0;
          for (const [dir, data, wait] of chunks) recording.append(dir, Uint8Array.from(data), (t += wait));
          for (const dir of ['rx', 'tx'] as const) {
            const sent = chunks.filter(([way]) => way === dir).flatMap(([, data]) => [...data]);
            const kept = recording.entries
              .filter((entry) => entry.dir === dir)
              .flatMap((entry) => [...entry.bytes]);
            expect(kept).toEqual(sent);
            expect(recording.totals[dir]).toBe(sent.length);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('does not change what it was given', () => {
    const first = bytes('abc');
    const recording = new Recording();
    recording.append('rx', first, 0);
    recording.append('rx', bytes('def'), 1);
    expect(new TextDecoder().decode(first)).toBe('abc');
    expect(recording.entries).toHaveLength(1);
  });

  it('gives up the oldest when it is too much, and says how much', () => {
    const recording = new Recording(10_000);
    for (let at = 0; at < 5000; at++) recording.append('rx', bytes('0123456789'), at * 100);
    expect(recording.dropped).toBe(40_000);
    expect(recording.entries).toHaveLength(1000);
  });
});

describe('the lines of the hex view', () => {
  const recording = new Recording();
  recording.append('rx', bytes('The quick brown fox jumps'), 0);
  recording.append('tx', bytes('ok'), 1000);
  const rows = (filter: Parameters<typeof rowsOf>[1], width = 16) =>
    rowsOf(recording.entries, filter, width).map(({ entry, offset }) => `${entry.dir}${offset}`);

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

describe('a saved file', () => {
  const recording = new Recording();
  recording.append('tx', bytes('AT\r'), 0);
  recording.append('rx', bytes('OK <b>\r\n'), 1000);

  it('has what the device sent, byte for byte', async () => {
    expect(await asBytes(recording.entries).text()).toBe('OK <b>\r\n');
  });

  it('has both directions as JSON lines', async () => {
    const lines = (await (await asJsonLines(recording.entries)).text()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { t: 0, dir: 'tx', data: 'QVQN' },
      { t: 1, dir: 'rx', data: 'T0sgPGI+DQo=' },
    ]);
  });

  it('has hex and text beside each other', () => {
    const [first] = recording.entries;
    expect(first && textOf(first)).toMatch(/^\d\d:\d\d:\d\d\.\d{3} TX {2}41 54 0D {2,}AT·\n$/);
  });
});
