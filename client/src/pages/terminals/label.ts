import type { PortStatus } from '../../api/index.js';
import { endpointsOf } from '../../ports/endpoints.js';
import { labelOf } from '../../ports/label.js';
import type { OpenTerminal } from './open-terminals.js';

/** What a terminal is called: as its port is; with the endpoint where the port has several. */
export function labelOfTerminal({ kind, name }: OpenTerminal, port: PortStatus, index: number): string {
  const label = labelOf(port, index);
  return kind !== 'monitor' && endpointsOf(port).length > 1 ? `${label} (${name})` : label;
}

/** The same where its port has to be looked for first; the name by which it is opened, where there is none. */
export function labelAmong(ports: readonly PortStatus[], terminal: OpenTerminal): string {
  const { kind, name } = terminal;
  const index = ports.findIndex((port, at) =>
    kind === 'monitor' ? (port.name || String(at)) === name : endpointsOf(port).includes(name),
  );
  const port = ports[index];
  return port ? labelOfTerminal(terminal, port, index) : name;
}
