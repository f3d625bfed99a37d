/** The figures as Markdown, and their place in the README. */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

const README = new URL('README.md', import.meta.url);
const BEGIN = '<!-- bench -->';
const END = '<!-- /bench -->';
const PEERS = ['ser2tcp', 'socat', 'ser2net', 'stream', 'none'];

export function report(results, { kernel, quick, seconds, others }) {
  const about = [
    new Date().toISOString().slice(0, 10),
    `Node ${process.version}`,
    `Linux ${kernel}`,
    `${availableParallelism()} cores (${cpus()[0]?.model.trim()})`,
    `${Math.round(seconds)} s in all`,
    `other programs kept ${Math.max(0, others).toFixed(2)} cores busy meanwhile`,
  ];
  if (quick) about.push('--quick: too small to mean anything');
  const lines = results.flatMap(({ row, figures }) =>
    row.metrics.map((metric) => metricCells(metric, figures)),
  );
  const loads = results.flatMap(({ row, figures }) => loadCells(row, figures));
  return [
    about.join(', '),
    table(['', ...PEERS, 'ratio', 'goal', ''], lines),
    ...(loads.length ? [table(['cores in use', 'server', 'device', 'clients'], loads)] : []),
  ].join('\n\n');
}

function metricCells({ key, label, against, atMost, atLeast, own, shown = PEERS }, figures) {
  const value = (peer) => (shown.includes(peer) ? figures[peer]?.[key] : undefined);
  const ratio = against === undefined ? undefined : value('ser2tcp') / value(against);
  const limits = own ?? { atMost, atLeast };
  const judged = own ? value('ser2tcp') : ratio;
  return [
    label,
    ...PEERS.map((peer) => (value(peer) === undefined ? '' : number(value(peer)))),
    Number.isFinite(ratio) ? `${ratio.toFixed(2)} x ${against}` : '',
    goal(limits),
    verdict(judged, limits),
  ];
}

const goal = ({ atMost, atLeast }) =>
  atMost !== undefined ? `<= ${atMost}` : atLeast !== undefined ? `>= ${atLeast}` : '';

function verdict(value, { atMost, atLeast }) {
  if (!Number.isFinite(value) || (atMost === undefined && atLeast === undefined)) return '';
  return value <= (atMost ?? Infinity) && value >= (atLeast ?? -Infinity) ? 'yes' : '**no**';
}

/** How busy each part was: who was at a whole core was what the others waited for. */
function loadCells(row, figures) {
  return Object.entries(figures)
    .filter(([, figure]) => figure.clients !== undefined)
    .map(([peer, { server, device, clients }]) => [
      `${row.name}, ${peer}`,
      ...[server, device, clients].map((cores) => cores.toFixed(2)),
    ]);
}

function number(value) {
  if (value === 0) return '0';
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function table(head, lines) {
  const rule = head.map((_, index) => (index === 0 ? '---' : '--:'));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Puts the figures between the markers of the README; the text around them is written by hand. */
export async function save(text) {
  const readme = readFileSync(README, 'utf8');
  const [before, rest] = readme.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`bench/README.md lacks ${BEGIN} and ${END}`);
  const { format, resolveConfig } = await import('prettier');
  const options = { ...(await resolveConfig(README)), parser: 'markdown' };
  writeFileSync(README, await format(`${before}${BEGIN}\n\n${text}\n\n${END}${after}`, options));
}
