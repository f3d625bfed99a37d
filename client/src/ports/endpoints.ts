import type { PortStatus } from '../api/index.js';

/** The WebSocket endpoints of a port that a terminal can be opened on: not those that are for the modem lines only. */
export const endpointsOf = ({ servers }: Pick<PortStatus, 'servers'>): string[] =>
  servers.flatMap(({ endpoint, data }) => (endpoint === undefined || data === false ? [] : [endpoint]));
