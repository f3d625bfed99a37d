/** The generator's side of children.mjs. */
import { readSync, writeSync } from 'node:fs';

/** What this process was asked to do. */
export const job = JSON.parse(process.argv[2]);

let begun;

/** Says that all is prepared, and blocks until the run begins. */
export function ready() {
  say({});
  readSync(0, Buffer.alloc(8));
  begin();
}

/** The same for a process that lives in its event loop. */
export async function readyAsync() {
  say({});
  await new Promise((resolve) => process.stdin.once('data', resolve));
  begin();
}

function begin() {
  begun = { at: now(), cpu: process.cpuUsage() };
}

/** Hands in the result, and how many cores this process kept busy meanwhile. */
export function finish(result) {
  const { user, system } = process.cpuUsage(begun.cpu);
  say({ ...result, busy: (user + system) / 1e6 / (now() - begun.at) });
}

function say(what) {
  writeSync(1, `${JSON.stringify(what)}\n`);
}

/** Seconds of CLOCK_MONOTONIC, which all processes share. */
export const now = () => Number(process.hrtime.bigint()) / 1e9;
