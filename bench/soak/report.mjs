/** The run as a table. */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release } from 'node:os';

const FILE = new URL('README.md', import.meta.url);
const BEGIN = '<!-- soak -->';
const END = '<!-- /soak -->';

export function report({ seconds, warmUp, seed, ports, clients, world, echo, memory, checks }) {
  const { tally, server } = world;
  const about = [
    new Date().toISOString().slice(0, 10),
    `Node ${process.version}`,
    `Linux ${release()}`,
    `${availableParallelism()} cores (${cpus()[0]?.model.trim()})`,
    `seed ${seed}`,
  ];
  const rows = [
    ['Load, s', `${seconds}, after ${warmUp} of warming up`],
    ['Ports, clients at one time', `${ports} and 3 loops, ${clients}`],
    ['Clients in all', listed(tally.clients)],
    [
      'MiB from devices to clients, and back',
      [tally.bytes.fromDevices, tally.bytes.toDevices].map(mib).join(', '),
    ],
    ['Devices', listed(tally.events, /device/)],
    ['Edits', listed(tally.edits)],
    ['Clients that were cut, by the reason in the log', listed(tally.cuts)],
    ['Clients that found no device, as the counters say, too', `${sum(tally.refused)}`],
    ['What hostile clients did', listed(tally.attacks)],
    ['Other events', listed(tally.events, /^(?!.*device)/)],
    ['Bytes from clients that did not reach a lost device, as the log says', `${server.log.unsent}`],
    ['Lines of the log', listed(server.log.levels)],
    ['Echo of one byte on a quiet port, µs', echoed(echo)],
    ['Resident memory in the middle, MiB', memory.middleMiB.toFixed(1)],
    [
      'Of the live heap: code that V8 has compiled so far, MiB',
      memory.codeMiB.map((size) => size.toFixed(1)).join(' → '),
    ],
  ];
  const verdicts = checks.map(({ name, ok, found }) => [name, found, ok ? 'yes' : '**no**']);
  return [about.join(', '), table(['', ''], rows), table(['what must hold', 'found', ''], verdicts)].join(
    '\n\n',
  );
}

function echoed(echo) {
  if (!echo) return 'none';
  const [p50, p99, slowP50, slowP99] = [echo.p50, echo.p99, echo.slowP50, echo.slowP99].map((time) =>
    time.toFixed(0),
  );
  return `p50 ${p50}, p99 ${p99}; in the slowest 10 s p50 ${slowP50}, p99 ${slowP99}`;
}

function listed(counts, named = /./) {
  const some = Object.entries(counts).filter(([name]) => named.test(name));
  const all = some.reduce((sum, [, count]) => sum + count, 0);
  return `${all}${some.length > 0 ? ': ' : ''}${some.map(([name, count]) => `${name} ${count}`).join(', ')}`;
}

const sum = (counts) => Object.values(counts).reduce((all, count) => all + count, 0);
const mib = (bytes) => (bytes / 2 ** 20).toFixed(1);
const table = (head, lines) =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** Puts it between the markers; the text around them is written by hand. */
export async function save(text) {
  const page = readFileSync(FILE, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`bench/soak/README.md lacks ${BEGIN} and ${END}`);
  const { format, resolveConfig } = await import('prettier');
  const options = { ...(await resolveConfig(FILE)), parser: 'markdown' };
  writeFileSync(FILE, await format(`${before}${BEGIN}\n\n${text}\n\n${END}${after}`, options));
}
