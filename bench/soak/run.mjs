/**
 * Loads the server with everything at once and looks whether anything is lost that was not reported:
 * `npm run soak -- [--seconds N] [--ports N] [--clients N] [--seed TEXT] [--save]`. Fails when a check does.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { stopAllOnExit } from '../children.mjs';
import { accountChecks, IDLE_CORES, leftOver, readMetrics, resourceChecks, within } from './checks.mjs';
import { Api } from './clients/rest.mjs';
import { phase } from './phase.mjs';
import { LOGIN, makePlan } from './plan.mjs';
import { Random } from './random.mjs';
import { report, save } from './report.mjs';
import { Server } from './server.mjs';
import { watchdog } from './watchdog.mjs';
import { World } from './world.mjs';

/** Of the load before that counts: V8 and the allocator have their size only after a while. */
const WARM_UP_SHARE = 0.25;
const WARM_UP_SECONDS = 120;
/** From when on memory is judged. */
const LONG_SECONDS = 120;
/** For sessions, timers and closing sockets. */
const SETTLE_SECONDS = [2, 20];
/** What it still holds by then it may let go of in this time, on a busy machine. */
const LATE_MS = 20_000;
const IDLE_SECONDS = 5;
/** A late garbage collection falls into one of them, a server that has no rest is busy in each. */
const IDLE_WINDOWS = 3;
/** On top of the load: start, settling, clients that leave. */
const MARGIN_SECONDS = 420;

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    ports: { type: 'string', default: '32' },
    clients: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
    save: { type: 'boolean', default: false },
  },
});
const [seconds, ports, clients] = [flags.seconds, flags.ports, flags.clients].map(Number);
const warmUp = Math.round(Math.min(seconds * WARM_UP_SHARE, WARM_UP_SECONDS));
const longEnough = seconds >= LONG_SECONDS;
const settle = SETTLE_SECONDS[Number(longEnough)];

stopAllOnExit();
const watch = watchdog(seconds + warmUp + MARGIN_SECONDS);
const folder = mkdtempSync(join(tmpdir(), 'ser2tcp-soak-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
console.error(`soak: ${seconds} s of ${clients} clients on ${ports} ports, seed ${flags.seed}`);

const random = new Random(flags.seed);
const certificate = makeCertificate();
const plan = await makePlan({ ports, folder, certificate, random });
const [life, pace] = longEnough
  ? [
      [1, 40],
      [0.5, 3],
    ]
  : [
      [0.5, 5],
      [0.1, 0.5],
    ];
const world = new World({ plan, certificate, random, clients, life, pace });
const server = new Server(join(folder, 'config.json'), plan.document);
watch(server.pid);
await server.started();
world.serve(server);
await firstLogin();

await phase(world, 'warm-up', Math.max(warmUp, 1));
const before = await settled();
console.error(`soak: warm after ${warmUp} s, ${before.residentMiB.toFixed(1)} MiB`);
const { echo, middleMiB } = await phase(world, 'load', seconds);
const after = await settled(before);
const idle = await idleCores();
const checks = [
  ...accountChecks(world, await readMetrics(world)),
  ...resourceChecks({ before, after, idle, longEnough }),
];
const ended = await server.stop();
checks.push({
  name: 'ends with status 0 at SIGTERM',
  ok: ended.startsWith('status 0:'),
  found: ended.split(':', 1)[0],
});
world.close();

const text = report({
  seconds,
  warmUp,
  seed: flags.seed,
  ports,
  clients,
  world,
  echo,
  memory: { middleMiB, codeMiB: [before.codeMiB, after.codeMiB] },
  checks,
});
console.log(text);
if (flags.save) await save(text);
process.exit(checks.every(({ ok }) => ok) ? 0 : 1);

/** Nobody is there any more; what is left is what it holds, and it should be no more than at the `start`. */
async function settled(start) {
  await sleep(settle * 1000);
  const gone = async () =>
    leftOver(await readMetrics(world)) === 0 && (!start || within(server.descriptors, start.descriptors));
  const deadline = performance.now() + LATE_MS;
  while (performance.now() < deadline && !(await gone())) await sleep(500);
  return server.measure();
}

/** The cores that it keeps busy in the quietest of some windows; the first that is quiet enough will do. */
async function idleCores() {
  let least = Infinity;
  for (let window = 0; window < IDLE_WINDOWS && least > IDLE_CORES; window++)
    least = Math.min(least, await server.busyFor(IDLE_SECONDS));
  return least;
}

/** The file has the password as the Python program stores it, which the first login replaces: before others write the file. */
async function firstLogin() {
  const api = new Api({ port: plan.http });
  const { status, body } = await api.call('POST', '/api/login', { body: LOGIN, token: '' });
  if (status !== 200) throw new Error(`the first login: ${status} ${JSON.stringify(body)}`);
  api.close();
}

function makeCertificate() {
  const [certfile, keyfile] = [join(folder, 'server.crt'), join(folder, 'server.key')];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyfile];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, ...names, '-out', certfile], {
    stdio: 'ignore',
  });
  return { certfile, keyfile };
}
