/**
 * Runs the rows and prints the table: `npm run bench -- [--quick] [--only echo,fanout] [--rounds N] [--save]`.
 * The servers take turns, round after round, so that what else the machine does falls on all of them alike.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { stopAll, stopAllOnExit } from './children.mjs';
import { none, pour } from './peers/none.mjs';
import { ser2net } from './peers/ser2net.mjs';
import { ser2tcp } from './peers/ser2tcp.mjs';
import { socat } from './peers/socat.mjs';
import { stream } from './peers/stream.mjs';
import { garbage, guesses, requests } from './rows/abuse.mjs';
import { blocked } from './rows/blocked.mjs';
import { awakeEcho, echo } from './rows/echo.mjs';
import { fanOut, thousand } from './rows/fan-out.mjs';
import { idle } from './rows/idle.mjs';
import { manyPorts } from './rows/many-ports.mjs';
import { status } from './rows/status.mjs';
import { into, out } from './rows/throughput.mjs';
import { monitor, websocketEcho, websocketFanOut, websocketThousand } from './rows/websocket.mjs';
import { othersSeconds } from './proc.mjs';
import { medians } from './stats.mjs';
import { report, save } from './table.mjs';

const ROUNDS = 5;
/** Descriptors of a thousand connections, with room; as root the limit can be raised. */
const DESCRIPTORS = 8192;
const ROWS = [
  echo,
  awakeEcho,
  out,
  into,
  fanOut,
  manyPorts,
  status,
  thousand,
  blocked,
  requests,
  guesses,
  garbage,
  idle,
  websocketEcho,
  websocketFanOut,
  websocketThousand,
  monitor,
];
const PEERS = { ser2tcp, socat, ser2net, stream, none, pour };

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    save: { type: 'boolean', default: false },
  },
});

function chosenRows() {
  const names = flags.only?.split(',') ?? ROWS.map((row) => row.name);
  const unknown = names.filter((name) => !ROWS.some((row) => row.name === name));
  if (unknown.length > 0) {
    console.error(`bench: no row ${unknown.join(', ')}; there are ${ROWS.map((row) => row.name).join(', ')}`);
    process.exit(2);
  }
  return ROWS.filter((row) => names.includes(row.name));
}

/** The servers that can be compared with on this machine. */
function installedPeers() {
  return Object.keys(PEERS).filter((key) => {
    const { package: name } = PEERS[key];
    if (!name || spawnSync('sh', ['-c', `command -v ${name}`]).status === 0) return true;
    console.error(`bench: ${name} is left out, its package is not installed (apt-get install ${name})`);
    return false;
  });
}

/** One measurement; when its time is up, its processes are ended and there is no figure. */
async function measure(row, peer, size) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no result within ${row.seconds} s`)), row.seconds * 1000);
  });
  const run = row.measure(peer, size);
  try {
    return await Promise.race([run, late]);
  } catch (error) {
    console.error(`bench: ${row.name}, ${peer.name}: ${error.message}`);
    stopAll();
    await run.catch(() => {});
    return {};
  } finally {
    clearTimeout(timer);
  }
}

async function measureRow(row, peers) {
  const rounds = flags.rounds ?? (flags.quick ? 1 : (row.rounds ?? ROUNDS));
  const samples = Object.fromEntries(peers.map((peer) => [peer, []]));
  for (let round = 0; round < rounds; round++) {
    for (const peer of peers) {
      samples[peer].push(await measure(row, PEERS[peer], flags.quick ? row.quick : row.size));
      process.stderr.write('.');
    }
  }
  process.stderr.write(` ${row.name}\n`);
  return Object.fromEntries(peers.map((peer) => [PEERS[peer].name, medians(samples[peer])]));
}

function raiseDescriptorLimit() {
  const limit = Number(/^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1]);
  if (limit >= DESCRIPTORS) return;
  spawnSync('prlimit', ['--pid', String(process.pid), `--nofile=${DESCRIPTORS}:${DESCRIPTORS}`]);
}

stopAllOnExit();
raiseDescriptorLimit();
const rows = chosenRows();
const installed = installedPeers();
const begun = performance.now();
const othersBefore = othersSeconds();
const results = [];
for (const row of rows) {
  const peers = row.peers.filter((peer) => installed.includes(peer));
  results.push({ row, figures: await measureRow(row, peers) });
}
const kernel = execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim();
const seconds = (performance.now() - begun) / 1000;
const others = (othersSeconds() - othersBefore) / seconds;
const text = report(results, { kernel, quick: flags.quick, seconds, others });
console.log(text);
if (flags.save) await save(text);
