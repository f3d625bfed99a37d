import { Transform } from 'class-transformer';
import { IsIn, IsOptional, ValidateBy, ValidationOptions } from 'class-validator';
import { isIP } from 'node:net';
import { parseNetwork } from '../net/ip-filter.js';

/**
 * The rules of the configuration's values, each with the sentence that its breach is reported with.
 * The sentence follows the value's path: `ports[0].servers[1].port: must be …`.
 */
function rule(name: string, holds: (value: unknown) => boolean, says: string) {
  return (options?: ValidationOptions): PropertyDecorator =>
    ValidateBy({ name, validator: { validate: holds, defaultMessage: () => says } }, options);
}

const isText = (value: unknown): value is string => typeof value === 'string';
const hasControlCharacter = (text: string) => /[\u0000-\u001f\u007f]/.test(text);

/** A host name as RFC 1123 section 2.1 has it. */
const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;
/** The forms of a stored password: today's (PHC string) and the Python program's. */
const PASSWORD_HASH =
  /^(\$scrypt\$ln=\d{1,2},r=\d{1,2},p=\d{1,2}\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+|sha256:[^:]*:[0-9a-f]{64})$/i;

export const IsObject = rule(
  'isPlainObject',
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object in braces',
);
export const IsText = rule(
  'isText',
  (value) => isText(value) && value !== '' && !hasControlCharacter(value),
  'must be a text that is not empty',
);
export const IsName = rule(
  'isName',
  (value) => isText(value) && value.length <= 200 && !hasControlCharacter(value),
  'must be a text of at most 200 characters',
);
export const IsFlag = rule('isFlag', (value) => typeof value === 'boolean', 'must be true or false');
export const IsCount = rule(
  'isCount',
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  'must be a whole number, 0 or more',
);
export const IsPositiveCount = rule(
  'isPositiveCount',
  (value) => Number.isSafeInteger(value) && Number(value) > 0,
  'must be a whole number above 0',
);
/** Bounded by what a timer can wait: 2^31 ms. */
export const IsSeconds = rule(
  'isSeconds',
  (value) => typeof value === 'number' && value > 0 && value <= 2_000_000,
  'must be a number of seconds above 0',
);
export const IsSecondsOrOff = rule(
  'isSecondsOrOff',
  (value) => typeof value === 'number' && value >= 0 && value <= 2_000_000,
  'must be a number of seconds; 0 switches it off',
);
export const IsTimeout = rule(
  'isTimeout',
  (value) => typeof value === 'number',
  'must be a number of seconds',
);
export const IsBaudrate = rule(
  'isBaudrate',
  (value) => Number.isSafeInteger(value) && Number(value) > 0 && Number(value) < 2 ** 31,
  'must be a whole number of bits a second, such as 9600 or 115200',
);
export const IsTcpPort = rule(
  'isTcpPort',
  (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65535,
  'must be a TCP port, 0 to 65535',
);
export const IsBindAddress = rule(
  'isBindAddress',
  (value) =>
    isText(value) &&
    (value === '' || isIP(value) !== 0 || (HOST_NAME.test(value) && !/^[\d.]+$/.test(value))),
  'must be an IP address or a host name of this machine',
);
export const IsEndpoint = rule(
  'isEndpoint',
  (value) => isText(value) && /^[^\s/?#\u0000-\u001f\u007f][^\s?#\u0000-\u001f\u007f]{0,199}$/.test(value),
  'must be a name without spaces, "?" or "#", such as my-device',
);
export const IsNetworks = rule(
  'isNetworks',
  (value) =>
    Array.isArray(value) && value.every((entry) => isText(entry) && parseNetwork(entry) !== undefined),
  'must be a list of IP addresses or networks, such as "192.168.1.0/24"',
);
export const IsFileMode = rule(
  'isFileMode',
  (value) => isText(value) && /^0?[0-7]{3}$/.test(value),
  'must be permission bits in octal, such as "660"',
);
export const IsOwner = rule(
  'isOwner',
  (value) =>
    (Number.isSafeInteger(value) && Number(value) >= 0) ||
    (isText(value) && /^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/.test(value)),
  'must be a name or a number',
);
export const IsMatchValue = rule(
  'isMatchValue',
  (value) => (isText(value) && value !== '') || (Number.isSafeInteger(value) && Number(value) >= 0),
  'must be a text, with * and ? as wildcards',
);
export const IsPasswordHash = rule(
  'isPasswordHash',
  (value) => isText(value) && PASSWORD_HASH.test(value),
  'must be a password hash; make one with: ser2tcp --hash-password PASSWORD',
);

/** Python's None, which JSON writes as null: the same as leaving the key out. */
export const Optional = IsOptional;

/** Digits in quotes are a number too, as pyserial takes them. */
export const WholeNumber = () =>
  Transform(({ value }: { value: unknown }) =>
    isText(value) && /^\d{1,10}$/.test(value) ? Number(value) : value,
  );

/** true and false, or 1 and 0 as pyserial also takes them. */
export function Flag(): PropertyDecorator {
  return (target, key) => {
    Transform(({ value }: { value: unknown }) => (value === 1 ? true : value === 0 ? false : value))(
      target,
      key,
    );
    IsFlag()(target, key);
  };
}

/** One of the names in `table`, in capitals or not; the property holds what the table gives for it. */
export function OneOf<T>(table: Readonly<Record<string, T>>, shown = Object.keys(table)): PropertyDecorator {
  const lookup = new Map(Object.entries(table).map(([name, value]) => [name.toUpperCase(), value]));
  return (target, key) => {
    const known = (value: unknown) =>
      typeof value === 'string' || typeof value === 'number'
        ? lookup.get(String(value).toUpperCase())
        : undefined;
    Transform(({ value }: { value: unknown }) => known(value) ?? value)(target, key);
    IsIn([...lookup.values()], { message: `must be one of ${shown.join(', ')}` })(target, key);
  };
}
