import { texts } from '../texts/texts.js';
import { asText, type Json } from './json.js';

/** A choice of the form, and the ways in which a file may say it; the first is what the form writes. */
export interface Choice {
  label: string;
  values: readonly (string | number | boolean)[];
}

export const PARITIES: Choice[] = [
  { label: texts.editor.parities.none, values: ['N', 'NONE'] },
  { label: texts.editor.parities.even, values: ['E', 'EVEN'] },
  { label: texts.editor.parities.odd, values: ['O', 'ODD'] },
  { label: texts.editor.parities.mark, values: ['M', 'MARK'] },
  { label: texts.editor.parities.space, values: ['S', 'SPACE'] },
];
export const BYTESIZES: Choice[] = [
  { label: '8', values: [8, '8', 'EIGHTBITS'] },
  { label: '7', values: [7, '7', 'SEVENBITS'] },
  { label: '6', values: [6, '6', 'SIXBITS'] },
  { label: '5', values: [5, '5', 'FIVEBITS'] },
];
export const STOPBITS: Choice[] = [
  { label: '1', values: [1, '1', 'ONE'] },
  { label: '1.5', values: [1.5, '1.5', 'ONE_POINT_FIVE'] },
  { label: '2', values: [2, '2', 'TWO'] },
];
export const BAUDRATES = [
  300, 1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600, 1_000_000,
  2_000_000,
];
export const PROTOCOLS = ['tcp', 'telnet', 'ssl', 'websocket', 'socket'] as const;
export type Protocol = (typeof PROTOCOLS)[number];
export const MATCH_KEYS = [
  'vid',
  'pid',
  'serial_number',
  'manufacturer',
  'product',
  'location',
  'description',
  'hwid',
] as const;

/** The choice that a value stands for; -1 where the file has something that the form does not know. */
export const choiceOf = (choices: readonly Choice[], value: Json | undefined): number =>
  choices.findIndex(({ values }) =>
    values.some((known) => known === (typeof value === 'string' ? value.toUpperCase() : value)),
  );

/** What a server of each protocol has besides what all have. */
export const OWN_KEYS: Record<Protocol, readonly string[]> = {
  tcp: ['address', 'port', 'allow', 'deny', 'control'],
  telnet: ['address', 'port', 'allow', 'deny'],
  ssl: ['address', 'port', 'ssl', 'allow', 'deny', 'control'],
  websocket: ['endpoint', 'token', 'allow', 'deny', 'control'],
  socket: ['address', 'mode', 'owner', 'group', 'control'],
};
const ALL_OWN = new Set(Object.values(OWN_KEYS).flat());

/** The server with another protocol, without the keys that mean something else there or nothing. */
export function withProtocol(server: Record<string, Json>, protocol: Protocol): Record<string, Json> {
  const keep = new Set(OWN_KEYS[protocol]);
  const before = asText(server['protocol']).toLowerCase();
  const otherAddress = (before === 'socket') !== (protocol === 'socket');
  const entries = Object.entries(server).filter(
    ([key]) => (!ALL_OWN.has(key) || keep.has(key)) && !(key === 'address' && otherAddress),
  );
  return { ...Object.fromEntries(entries), protocol };
}
