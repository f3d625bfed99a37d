import { DROP_CAUSES, REFUSAL_CAUSES } from '../net/client-counts.js';
import type { SerialPort } from '../serial/serial-port.js';
import type { Family } from './metric-family.js';
import type { PortStatusDto } from './status.dto.js';

/** A port that metrics are made of. */
export interface PortMeasured {
  /** Its name, or else the path of its device; that of no other port. */
  readonly label: string;
  readonly status: PortStatusDto;
  readonly port: SerialPort | undefined;
}

/** What is measured of ports. */
export function portMetrics(ports: readonly PortMeasured[]): Family[] {
  const family = (
    type: Family['type'],
    name: string,
    help: string,
    value: (port: PortMeasured) => number | [label: Record<string, string>, value: number][],
  ): Family => ({
    type,
    name: `ser2tcp_${name}`,
    help,
    samples: ports.flatMap((port) => {
      const measured = value(port);
      const samples = typeof measured === 'number' ? [[{}, measured] as const] : measured;
      return samples.map(([more, value]) => ({ labels: { port: port.label, ...more }, value }));
    }),
  });
  const clients = ({ port }: PortMeasured) => port?.record.clients;
  return [
    family('gauge', 'port_up', '1 while the device is open or can be opened.', ({ status }) =>
      Number(status.state !== 'error'),
    ),
    family('gauge', 'port_open', '1 while the device is open.', ({ status }) =>
      Number(status.serial.connected),
    ),
    family(
      'counter',
      'port_read_bytes_total',
      'Bytes that came from the device.',
      ({ status }) => status.bytes_read,
    ),
    family(
      'counter',
      'port_written_bytes_total',
      'Bytes that the device took.',
      ({ status }) => status.bytes_written,
    ),
    family('gauge', 'port_queue_bytes', 'Bytes that wait for the device.', ({ status }) => status.queue),
    family(
      'counter',
      'port_losses_total',
      'Times that the device was lost while it was open.',
      ({ status }) => status.losses,
    ),
    family('gauge', 'port_clients', 'Connected clients.', ({ status }) =>
      status.servers.map(({ protocol, connections }) => [
        { protocol: protocol.toLowerCase() },
        connections.length,
      ]),
    ),
    family('gauge', 'port_client_queue_bytes', 'Bytes that wait for clients.', ({ status }) =>
      sum(status.servers.flatMap(({ connections }) => connections.map(({ queue }) => queue))),
    ),
    family(
      'counter',
      'port_clients_accepted_total',
      'Clients that were let in.',
      (port) => clients(port)?.accepted ?? 0,
    ),
    family('counter', 'port_clients_refused_total', 'Clients that were turned away.', (port) =>
      REFUSAL_CAUSES.map((reason) => [{ reason }, clients(port)?.refusals[reason] ?? 0]),
    ),
    family(
      'counter',
      'port_clients_dropped_total',
      'Clients that were disconnected since they did not keep up.',
      (port) => DROP_CAUSES.map((reason) => [{ reason }, clients(port)?.drops[reason] ?? 0]),
    ),
  ];
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, number) => all + number, 0);
