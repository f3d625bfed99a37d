import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '../bed.mjs';
import { residentMiB } from '../proc.mjs';

const SETTLE_MS = 500;

/** What it costs to have it, and how soon it is there. */
export const idle = {
  name: 'idle',
  peers: ['ser2tcp', 'socat', 'ser2net', 'stream'],
  seconds: 20,
  rounds: 3,
  size: {},
  quick: {},

  measure: (peer) =>
    serve(peer, {}, async ({ pid, startSeconds }) => {
      await sleep(SETTLE_MS);
      return { memory: residentMiB(pid), start: startSeconds };
    }),

  metrics: [
    { key: 'memory', label: 'Memory when idle, MiB', own: { atMost: 110 } },
    { key: 'start', label: 'From the command to listening, s', own: { atMost: 1.5 } },
  ],
};
