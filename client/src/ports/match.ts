import { type MatchCriteria, matchDevices } from '../../../src/serial/match-criteria.js';
import type { Detected } from '../live/model.js';

/** The server's own matcher. */
export const matching = (criteria: MatchCriteria, devices: Detected[]): Detected[] =>
  matchDevices(criteria, devices);

export const matches = (criteria: MatchCriteria, device: Detected): boolean =>
  matching(criteria, [device]).length > 0;
