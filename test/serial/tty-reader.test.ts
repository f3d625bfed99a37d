import { afterEach, expect, it } from '@jest/globals';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { TtyReader } from '../../src/serial/tty-reader.js';
import { describeWith } from '../support/needs.js';
import { closePtys, openPty } from '../support/pty.js';
import { until } from '../support/until.js';

afterEach(closePtys);

describeWith(['socat'], 'the reader of a tty', () => {
  it('leaves alone what somebody still needs, and fills the same memory again where nobody does', async () => {
    const pty = await openPty();
    const chunks: { chunk: Buffer; copy: Buffer; needed: boolean }[] = [];
    let needed = true;
    const tty = await open(pty.path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    const { stream } = new TtyReader(tty.fd, (chunk) => {
      chunks.push({ chunk, copy: Buffer.from(chunk), needed });
      return !needed;
    });
    stream.resume();
    const sendAndWait = async (text: string) => {
      const before = chunks.length;
      pty.send.write(text);
      await until(() => chunks.length > before);
    };
    for (let count = 0; count < 30; count++) {
      await sendAndWait(`needed ${count} ${'x'.repeat(3000)}`);
      needed = count % 3 === 0;
    }
    const kept = chunks.filter((one) => one.needed);
    expect(kept.length).toBeGreaterThan(8);
    for (const { chunk, copy } of kept) expect(chunk.equals(copy)).toBe(true);

    needed = false;
    // At least one read more than the memory holds.
    for (let count = 0; count < 25; count++) await sendAndWait('y'.repeat(3000));
    const last = chunks.slice(-3).map(({ chunk }) => chunk.byteOffset);
    expect(last).toEqual([0, 0, 0]);
    await new Promise<void>((resolve) => {
      stream.once('close', resolve);
      stream.destroy();
    });
    await tty.close();
  });
});
