import { type MatchCriteria, matchDevices } from '../../../src/serial/match-criteria.js';
import type { DetectedDevice, Match } from '../api/index.js';

/** The server's own matcher. */
export const matching = (criteria: MatchCriteria, devices: DetectedDevice[]): DetectedDevice[] =>
  matchDevices(criteria, devices);

/** @param criteria of a status, which has no null in it, unlike what may be sent to the server */
export const matches = (criteria: Match, device: DetectedDevice): boolean =>
  matching(criteria as MatchCriteria, [device]).length > 0;
