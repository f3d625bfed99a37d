/** What must hold at the end. Each check has a name, and what was found in words. */
import { Api } from './clients/rest.mjs';
import { changedEntries } from './editor.mjs';

/** What memory and descriptors may be more than at the start. */
const MORE = 1.05;
/** Cores that a server without clients may keep busy. */
export const IDLE_CORES = 0.03;
const SAMPLE = /^ser2tcp_(\w+)\{port="([^"]*)"(?:,(?:reason|protocol)="([^"]*)")?\} (\S+)$/gm;

/** @returns samples of `/metrics`: name, port, label, value */
export async function readMetrics(world) {
  const api = new Api({ port: world.plan.http });
  const { status, body } = await api.call('GET', '/metrics');
  api.close();
  if (status !== 200) throw new Error(`/metrics: ${status}`);
  return [...body.matchAll(SAMPLE)].map(([, name, port, label, value]) => ({
    name,
    port,
    label,
    value: Number(value),
  }));
}

export function sumOf(metrics, name, port) {
  const some = metrics.filter(
    (sample) => sample.name === name && (port === undefined || sample.port === port),
  );
  return some.reduce((sum, { value }) => sum + value, 0);
}

/** Clients, and bytes for them and for devices, that the server still has. */
export const leftOver = (metrics) =>
  sumOf(metrics, 'port_clients') +
  sumOf(metrics, 'port_client_queue_bytes') +
  sumOf(metrics, 'port_queue_bytes');

/** Whether a figure of Server.measure() is not more than at the start, or hardly. */
export const within = (now, start) => now <= start * MORE;

/** What the server counts must be what its log says and what clients met. */
export function accountChecks(world, metrics) {
  const { tally, server } = world;
  const total = (map) => [...map.values()].reduce((sum, n) => sum + n, 0);
  const ours = [...world.flaky, ...world.steady, ...world.flood];
  const uncounted = ours.filter(
    ({ name }) => (tally.refused[name] ?? 0) > sumOf(metrics, 'port_clients_refused_total', name),
  );
  const changed = changedEntries(world);
  const [lost, losses] = [total(server.log.lost), sumOf(metrics, 'port_losses_total')];
  const [told, dropped] = [total(server.log.dropped), sumOf(metrics, 'port_clients_dropped_total')];
  const left = leftOver(metrics);
  return [
    { name: 'faults', ok: tally.faults.length === 0, found: `${tally.faults.length}` },
    {
      name: 'lines of the log that must not be',
      ok: server.log.faults.length === 0,
      found: server.log.faults.slice(0, 5).join('; ') || '0',
    },
    { name: 'devices lost: log, metrics', ok: lost === losses, found: `${lost}, ${losses}` },
    { name: 'clients dropped: log, metrics', ok: told === dropped, found: `${told}, ${dropped}` },
    {
      name: 'ports with refusals that were not counted',
      ok: uncounted.length === 0,
      found: `${uncounted.length}`,
    },
    {
      name: 'entries of the file that nobody edited and that changed',
      ok: changed.length === 0,
      found: changed.join(' ') || '0',
    },
    { name: 'clients and bytes left after all have gone', ok: left === 0, found: `${left}` },
  ];
}

/** `before` and `after` the load, of Server.measure(). A run that is too short for them has only descriptors judged. */
export function resourceChecks({ before, after, idle, longEnough }) {
  const same = (key) => within(after[key], before[key]);
  const both = (key, digits) => `${before[key].toFixed(digits)} → ${after[key].toFixed(digits)}`;
  return [
    {
      name: 'resident memory within 5 % of the start, MiB',
      ok: !longEnough || same('residentMiB'),
      found: both('residentMiB', 1),
    },
    {
      name: 'live heap within 5 % of the start, MiB',
      ok: !longEnough || same('heapMiB'),
      found: both('heapMiB', 1),
    },
    { name: 'descriptors within 5 % of the start', ok: same('descriptors'), found: both('descriptors', 0) },
    { name: 'processor when idle, cores', ok: idle <= IDLE_CORES, found: idle.toFixed(3) },
  ];
}
