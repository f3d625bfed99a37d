/**
 * Loaded into the server (`node --import`): at SIGUSR2 it collects all garbage and writes what is left to descriptor 3. Without that the resident memory is that of the
 * last time when V8 saw reason to look, and says little about what is held.
 */
import { writeSync } from 'node:fs';
import { getHeapCodeStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const ANSWERS = 3;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

process.on('SIGUSR2', () => {
  collect();
  // What the first one made free may hold more.
  setImmediate(() => {
    collect();
    const { code_and_metadata_size: code } = getHeapCodeStatistics();
    writeSync(ANSWERS, `${JSON.stringify({ ...process.memoryUsage(), code })}\n`);
  });
});
