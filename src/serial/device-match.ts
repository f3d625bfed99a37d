import type { DeviceInfo } from './device-list.js';
import { DeviceTrouble } from './device-trouble.js';
import { type MatchCriteria, matchDevices, patterns } from './match-criteria.js';

export class NoMatchingDevice extends DeviceTrouble {
  constructor(criteria: MatchCriteria) {
    super(
      'NO_MATCHING_DEVICE',
      503,
      'missing',
      `No serial device matches ${inWords(criteria)}: plug it in, or compare with what ser2tcp --usb lists`,
    );
  }
}

export class SeveralMatchingDevices extends DeviceTrouble {
  constructor(criteria: MatchCriteria, candidates: DeviceInfo[]) {
    super(
      'SEVERAL_MATCHING_DEVICES',
      409,
      'ambiguous',
      `${candidates.length} serial devices match ${inWords(criteria)}: ${candidates.map(candidate).join(', ')}; ` +
        'add an attribute that only one of them has, such as serial_number, location or description',
    );
  }
}

/** The one device that `criteria` stand for; throws NoMatchingDevice or SeveralMatchingDevices. */
export function resolveMatch(criteria: MatchCriteria, devices: DeviceInfo[]): DeviceInfo {
  const found = matchDevices(criteria, devices);
  const [device] = found;
  if (device === undefined) throw new NoMatchingDevice(criteria);
  if (found.length > 1) throw new SeveralMatchingDevices(criteria, found);
  return device;
}

function inWords(criteria: MatchCriteria): string {
  return (
    patterns(criteria)
      .map(([name, pattern]) => `${name} ${pattern}`)
      .join(', ') || 'an empty match'
  );
}

function candidate({ device, serial_number, location }: DeviceInfo): string {
  const marks = Object.entries({ serial_number, location }).filter(([, value]) => value !== undefined);
  return marks.length === 0 ? device : `${device} (${marks.map((mark) => mark.join(' ')).join(', ')})`;
}
