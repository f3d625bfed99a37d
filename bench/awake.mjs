/**
 * Keeps the cores from sleeping while something is measured: the kernel takes no idle state that is slower to leave than what
 * stands in this file, for as long as it is open (Documentation/power/pm_qos_interface.rst). It needs root.
 */
import { closeSync, openSync, writeSync } from 'node:fs';

const PM_QOS = '/dev/cpu_dma_latency';
/** Microseconds, as a 32-bit integer. */
const AT_ONCE = Buffer.alloc(4);

export async function awake(measure) {
  const fd = openSync(PM_QOS, 'r+');
  try {
    writeSync(fd, AT_ONCE);
    return await measure();
  } finally {
    closeSync(fd);
  }
}
