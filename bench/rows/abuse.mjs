import { serve } from '../bed.mjs';
import { generate } from '../children.mjs';
import { median } from '../stats.mjs';

/**
 * Echo on a port while other clients do their worst; by turns they do it to this server (`beside`), over HTTP or on a second port, and to
 * one that has nothing to do with it (`calm`): what they take from the machine falls on both alike.
 */
const echoBeside =
  (job, setup, figure) =>
  (peer, { trips, turns }) =>
    serve(peer, { ...setup, ports: 2, management: true }, async ({ ptys, ports, http }) => {
      const [port, tcp] = ports;
      const devices = [
        await generate('device', { job: 'echo' }, [ptys[0].master]),
        await generate('device', { job: 'discard' }, [ptys[1].master]),
      ];
      for (const device of devices) void device.go().catch(() => {});
      const bystander = await generate('bystander', {});
      const other = await bystander.go();
      const echo = async (target, turn) => {
        // From an address of its own: one that has failed often enough costs nothing more.
        const abuser = await generate('abuser', { job, ...target, from: `127.0.0.${2 + turn}` });
        await abuser.go();
        const client = await generate('client', { job: 'echo', trips, port });
        const figures = await client.go();
        await Promise.all([client.stop(), abuser.stop()]);
        return figures[figure];
      };
      const figures = { calm: [], beside: [] };
      for (let turn = 0; turn < turns; turn++) {
        figures.calm.push(await echo({ http: other.http, tcp: other.tcp }, turn));
        figures.beside.push(await echo({ http, tcp }, turn));
      }
      await Promise.all([bystander, ...devices].map((child) => child.stop()));
      const [calm, beside] = [median(figures.calm), median(figures.beside)];
      return { calm, beside, ratio: beside / calm };
    });

/** Malformed and oversized requests, and connections with half a header. */
export const requests = {
  name: 'requests',
  peers: ['ser2tcp'],
  seconds: 60,
  rounds: 3,
  size: { trips: 20_000, turns: 5 },
  quick: { trips: 300, turns: 1 },
  measure: echoBeside('requests', {}, 'p99'),

  metrics: [
    { key: 'calm', label: 'Echo while another HTTP server is abused, p99, µs' },
    { key: 'beside', label: 'the same while this one is' },
    { key: 'ratio', label: 'the second by the first', own: { atMost: 2 } },
  ],
};

/** Somebody who tries passwords, for some ten seconds. */
export const guesses = {
  name: 'guesses',
  peers: ['ser2tcp'],
  seconds: 90,
  rounds: 3,
  size: { trips: 100_000, turns: 2 },
  quick: { trips: 300, turns: 1 },
  measure: echoBeside('guesses', { accounts: true }, 'p50'),

  metrics: [
    { key: 'calm', label: 'Echo while passwords are guessed at another server, p50, µs' },
    { key: 'beside', label: 'the same while they are at this one' },
    { key: 'ratio', label: 'the second by the first', own: { atMost: 1.3 } },
  ],
};

/** Random bytes on another port, as fast as its device takes them. */
export const garbage = {
  name: 'garbage',
  peers: ['ser2tcp'],
  seconds: 60,
  rounds: 3,
  size: { trips: 5_000, turns: 5 },
  quick: { trips: 300, turns: 1 },
  measure: echoBeside('garbage', {}, 'slowestMs'),

  metrics: [
    { key: 'calm', label: 'Echo while another server gets random bytes, slowest, ms' },
    { key: 'beside', label: 'the same while another port of this one does', own: { atMost: 50 } },
  ],
};
