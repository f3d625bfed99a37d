// Node's modules stay out of here: the console's preview runs it in the browser.
import type { DeviceInfo } from './device-info.js';

/** What a `match` entry may name. */
export const MATCH_ATTRIBUTES = [
  'vid',
  'pid',
  'serial_number',
  'manufacturer',
  'product',
  'location',
  'description',
  'hwid',
] as const;

/**
 * The `match` entry of a port. All its attributes must match: without regard to case, `*` for any text, `?` for one
 * character, every other character for itself. `vid` and `pid` are compared as `0x%04X`, and may be numbers.
 */
export type MatchCriteria = Partial<Record<(typeof MATCH_ATTRIBUTES)[number], string | number>>;

/**
 * The devices that have every attribute of `criteria`. Criteria that name none match nothing: to open whatever is plugged
 * in is never what was meant.
 */
export function matchDevices(criteria: MatchCriteria, devices: DeviceInfo[]): DeviceInfo[] {
  const wanted = patterns(criteria);
  if (wanted.length === 0) return [];
  return devices.filter((device) =>
    wanted.every(([name, pattern]) => {
      const value = device[name];
      return value !== undefined && wildcardMatch(pattern, value);
    }),
  );
}

/** The attributes that are given, in fixed order, each with the text to compare with. */
export function patterns(criteria: MatchCriteria): [(typeof MATCH_ATTRIBUTES)[number], string][] {
  return MATCH_ATTRIBUTES.flatMap((name) => {
    const value = criteria[name];
    if (value === undefined) return [];
    return [[name, name === 'vid' || name === 'pid' ? idPattern(value) : String(value)]];
  });
}

/** 12346, "0x303a" and "0x303A" are one id, and so are "0x403" and "0x0403"; text with a wildcard stays as it is. */
function idPattern(value: string | number): string {
  if (typeof value === 'number') return hexId(value);
  return /^0x[0-9a-f]+$/i.test(value) ? hexId(Number.parseInt(value, 16)) : value;
}

/**
 * Goes back to the last `*` only, since an earlier one never has to give up what it took: at worst pattern length times
 * text length steps, where a regular expression made of the pattern takes a further factor for every `*`.
 */
function wildcardMatch(pattern: string, text: string): boolean {
  const wanted = Array.from(pattern.toLowerCase());
  const given = Array.from(text.toLowerCase());
  let at = 0;
  let next = 0;
  let star = -1;
  let resume = 0;
  while (next < given.length) {
    if (wanted[at] === '*') {
      star = at++;
      resume = next;
    } else if (wanted[at] === '?' || wanted[at] === given[next]) {
      at++;
      next++;
    } else if (star >= 0) {
      at = star + 1;
      next = ++resume;
    } else {
      return false;
    }
  }
  return wanted.slice(at).every((char) => char === '*');
}

/** A USB id in the form in which ids are shown and compared: 0x0403. */
export function hexId(id: number): string {
  return `0x${id.toString(16).toUpperCase().padStart(4, '0')}`;
}
