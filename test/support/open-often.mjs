/** Opens a device so often that what each open leaves can be seen: `node --expose-gc open-often.mjs PATH`; prints bytes of heap. */
import 'reflect-metadata';
import { SerialDto } from '../../dist/config/serial.dto.js';
import { LinuxDevice } from '../../dist/serial/linux-device.js';

const WARM_UP = 500;
const OPENS = 2000;

async function open(times) {
  for (let time = 0; time < times; time++)
    await (await LinuxDevice.open(process.argv[2], new SerialDto())).close();
  for (let round = 0; round < 2; round++) {
    globalThis.gc();
    await new Promise(setImmediate);
  }
  return process.memoryUsage().heapUsed;
}

const before = await open(WARM_UP);
console.log((await open(OPENS)) - before);
