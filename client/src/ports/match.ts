import { type MatchCriteria, matchDevices } from '../../../src/serial/match-criteria.js';
import type { DetectedDevice } from '../api/index.js';

/** The server's own matcher. */
export const matching = (criteria: MatchCriteria, devices: DetectedDevice[]): DetectedDevice[] =>
  matchDevices(criteria, devices);
