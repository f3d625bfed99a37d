/** In a thread of its own: ends the run, and the server, when it takes too long, also where its event loop is stuck. */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** @returns what is to be told the pid of the server */
export function watchdog(seconds) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { seconds, pid: process.pid } });
  worker.unref();
  return (server) => worker.postMessage(server);
}

if (!isMainThread && workerData) {
  const pids = [];
  parentPort.on('message', (pid) => pids.push(pid));
  setTimeout(() => {
    console.error(`soak: it did not end within ${workerData.seconds} s`);
    for (const pid of [...pids, workerData.pid]) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
  }, workerData.seconds * 1000);
}
