import { Transform } from 'class-transformer';
import { IsIn, IsOptional, ValidateBy, ValidationOptions } from 'class-validator';
import { isIP } from 'node:net';
import { parseNetwork } from '../net/ip-filter.js';
import { ApiProperty, type Schema } from '../openapi/decorators.js';

/**
 * The rules of the configuration's values, each with the sentence that its breach is reported with.
 * The sentence follows the value's path: `ports[0].servers[1].port: must be …`. The schema says the same to clients.
 */
function rule(name: string, holds: (value: unknown) => boolean, says: string, schema: Schema = {}) {
  return (options?: ValidationOptions): PropertyDecorator =>
    both(
      ValidateBy({ name, validator: { validate: holds, defaultMessage: () => says } }, options),
      ApiProperty(schema),
    );
}

const both =
  (...decorators: PropertyDecorator[]): PropertyDecorator =>
  (target, key) =>
    decorators.forEach((decorate) => decorate(target, key));

const isText = (value: unknown): value is string => typeof value === 'string';
const NO_CONTROL_CHARACTER = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/;
const hasControlCharacter = (text: string) => !NO_CONTROL_CHARACTER.test(text);

/** Bounded by what a timer can wait: 2^31 ms. */
const MAX_SECONDS = 2_000_000;
/** Below `monitor/` are the monitors. A space, `?` and `#` come percent-encoded. */
const ENDPOINT =
  /^(?!monitor\/)[^\s/\u0000-\u001f\u007f-\u009f]([^\u0000-\u001f\u007f-\u009f\u2028\u2029]{0,198}[^\s\u0000-\u001f\u007f-\u009f])?$/;
const TOKEN = /^[\u0021-\u007e]{1,1024}$/;
const ID = /^[A-Za-z0-9_-]{1,64}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
/** As browsers serialise one (RFC 6454 section 6.2): of a site, of an application or extension with a scheme of its own, or of a file. */
const ORIGIN =
  /^(null|file:\/\/|(https?:\/\/([a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])|(?!https?:|file:)[a-z][a-z0-9+.-]{0,62}:\/\/[A-Za-z0-9_.~%-]{1,253})(:\d{1,5})?)$/;
const BASE_PATH = /^(?!\/(api|ws|xterm|raw|monitor)(\/|$))(\/[A-Za-z0-9_.~-]+)+$/;
const FILE_MODE = /^0?[0-7]{3}$/;
const OWNER = /^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/;

/** A host name as RFC 1123 section 2.1 has it. */
const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;
/** The forms of a stored password: today's (PHC string) and the Python program's. */
const PASSWORD_HASH =
  /^(\$scrypt\$ln=([1-9]|1[0-8]),r=([89]|1[0-6]),p=[1-4]\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}|sha256:[^:]*:[0-9a-f]{64})$/i;

export const isPasswordHash = (value: unknown): boolean => isText(value) && PASSWORD_HASH.test(value);

export const IsObject = rule(
  'isPlainObject',
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object in braces',
);
export const IsText = rule(
  'isText',
  (value) => isText(value) && value !== '' && !hasControlCharacter(value),
  'must be a text that is not empty',
  { type: 'string', minLength: 1, pattern: NO_CONTROL_CHARACTER.source },
);
export const IsName = rule(
  'isName',
  (value) => isText(value) && value.length <= 200 && !hasControlCharacter(value),
  'must be a text of at most 200 characters',
  { type: 'string', maxLength: 200, pattern: NO_CONTROL_CHARACTER.source },
);
export const IsId = rule(
  'isId',
  (value) => isText(value) && ID.test(value),
  'must be a text of letters, digits, "-" and "_"',
  { type: 'string', pattern: ID.source },
);
export const IsTime = rule(
  'isTime',
  (value) => isText(value) && TIME.test(value) && !Number.isNaN(Date.parse(value)),
  'must be a time in ISO 8601, such as "2027-01-31T12:00:00Z"',
  { type: 'string', format: 'date-time' },
);
export const IsFlag = rule('isFlag', (value) => typeof value === 'boolean', 'must be true or false', {
  type: 'boolean',
});
export const IsCount = rule(
  'isCount',
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  'must be a whole number, 0 or more',
  { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
);
/** The Python program takes a number below 0 for no limit, too. */
export const IsClientLimit = rule(
  'isClientLimit',
  (value) => Number.isSafeInteger(value),
  'must be a whole number; 0 for no limit',
  { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
);
export const IsSeconds = rule(
  'isSeconds',
  (value) => typeof value === 'number' && value > 0 && value <= MAX_SECONDS,
  'must be a number of seconds above 0',
  { type: 'number', exclusiveMinimum: 0, maximum: MAX_SECONDS },
);
export const IsSecondsOrOff = rule(
  'isSecondsOrOff',
  (value) => typeof value === 'number' && value >= 0 && value <= MAX_SECONDS,
  'must be a number of seconds; 0 switches it off',
  { type: 'number', minimum: 0, maximum: MAX_SECONDS },
);
/** Of a session, which ends after 30 days at the latest: whatever stands for "long" in a file is one. */
export const IsSessionTimeout = rule(
  'isSessionTimeout',
  (value) => typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER,
  'must be a number of seconds; 0 switches it off',
  { type: 'number', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
);
/** Linux rounds shorter ones up, and nobody means longer ones. */
export const IsBreakMs = rule(
  'isBreakMs',
  (value) => Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= 5000,
  'must be a whole number of milliseconds, 1 to 5000',
  { type: 'integer', minimum: 1, maximum: 5000 },
);
export const IsTimeout = rule(
  'isTimeout',
  (value) => typeof value === 'number',
  'must be a number of seconds',
  { type: 'number' },
);
export const IsBaudrate = rule(
  'isBaudrate',
  (value) => Number.isSafeInteger(value) && Number(value) > 0 && Number(value) < 2 ** 31,
  'must be a whole number of bits a second, such as 9600 or 115200',
  { type: 'integer', minimum: 1, maximum: 2 ** 31 - 1 },
);
export const IsTcpPort = rule(
  'isTcpPort',
  (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65535,
  'must be a TCP port, 0 to 65535',
  { type: 'integer', minimum: 0, maximum: 65535 },
);
export const IsBindAddress = rule(
  'isBindAddress',
  (value) =>
    isText(value) &&
    (value === '' || isIP(value) !== 0 || (HOST_NAME.test(value) && !/^[\d.]+$/.test(value))),
  'must be an IP address or a host name of this machine',
  { type: 'string', maxLength: 253 },
);
export const IsEndpoint = rule(
  'isEndpoint',
  (value) => isText(value) && ENDPOINT.test(value),
  'must be a name of at most 200 characters, such as my-device, without spaces around it, that does not begin with "/" or "monitor/"',
  { type: 'string', pattern: ENDPOINT.source },
);
export const IsNetworks = rule(
  'isNetworks',
  (value) =>
    Array.isArray(value) && value.every((entry) => isText(entry) && parseNetwork(entry) !== undefined),
  'must be a list of IP addresses or networks, such as "192.168.1.0/24"',
  { type: 'array', items: { type: 'string' } },
);
/** As a browser names one: scheme, host, and the port unless it is the scheme's own; `file://` and `null` are origins too. */
export const IsOrigins = rule(
  'isOrigins',
  (value) => Array.isArray(value) && value.every((entry) => isText(entry) && ORIGIN.test(entry)),
  'must be a list of origins, such as "https://tools.example:8443", or "null" for local files',
  { type: 'array', items: { type: 'string', pattern: ORIGIN.source } },
);
export const IsHostNames = rule(
  'isHostNames',
  (value) => Array.isArray(value) && value.every((entry) => isText(entry) && HOST_NAME.test(entry)),
  'must be a list of host names, such as "serial.example"',
  { type: 'array', items: { type: 'string', maxLength: 253 } },
);
export const IsBasePath = rule(
  'isBasePath',
  (value) => isText(value) && BASE_PATH.test(value),
  'must be a path such as "/serial", without a slash at its end, and not /api, /ws or a page of this server',
  { type: 'string', pattern: BASE_PATH.source },
);
export const IsFileMode = rule(
  'isFileMode',
  (value) => isText(value) && FILE_MODE.test(value),
  'must be permission bits in octal, such as "660"',
  { type: 'string', pattern: FILE_MODE.source },
);
export const IsOwner = rule(
  'isOwner',
  (value) => (Number.isSafeInteger(value) && Number(value) >= 0) || (isText(value) && OWNER.test(value)),
  'must be a name or a number',
  { types: ['string', 'integer'], pattern: OWNER.source, minimum: 0 },
);
export const IsMatchValue = rule(
  'isMatchValue',
  (value) => (isText(value) && value !== '') || (Number.isSafeInteger(value) && Number(value) >= 0),
  'must be a text, with * and ? as wildcards',
  { types: ['string', 'integer'], minLength: 1, minimum: 0 },
);
export const IsPassword = rule(
  'isPassword',
  (value) => isText(value) && value.length >= 1 && value.length <= 1024,
  'must be a text of 1 to 1024 characters',
  { type: 'string', minLength: 1, maxLength: 1024, format: 'password' },
);
/** What somebody logs in with; a wrong one is no mistake, and is counted. */
export const IsLoginTried = rule('isLoginTried', isText, 'must be a text', { type: 'string' });
export const IsPasswordTried = rule(
  'isPasswordTried',
  (value) => isText(value) && value.length <= 1024,
  'must be a text of at most 1024 characters',
  { type: 'string', maxLength: 1024, format: 'password' },
);
export const IsLogin = rule(
  'isLogin',
  (value) => isText(value) && value !== '' && value.length <= 200 && !hasControlCharacter(value),
  'must be a text of 1 to 200 characters',
  { type: 'string', minLength: 1, maxLength: 200, pattern: NO_CONTROL_CHARACTER.source },
);
/** Whether a header can carry it after `Bearer`. */
export const fitsHeader = (value: unknown): boolean => isText(value) && TOKEN.test(value);
export const IsToken = rule(
  'isToken',
  fitsHeader,
  'must be a text of 1 to 1024 letters, digits and signs, without spaces',
  { type: 'string', pattern: TOKEN.source },
);
export const IsPasswordHash = rule(
  'isPasswordHash',
  isPasswordHash,
  'must be a password hash; make one with: ser2tcp --hash-password PASSWORD',
  { type: 'string' },
);

/** Python's None, which JSON writes as null: the same as leaving the key out. */
export const Optional = () => both(IsOptional(), ApiProperty({ required: false, nullable: true }));

/** An empty text is the same as leaving the key out: generated clients send what they were not given as one. */
export const EmptyIsNone = () =>
  both(
    Transform(({ value }: { value: unknown }) => (value === '' ? undefined : value)),
    ApiProperty({ minLength: undefined }),
  );

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

/** Names in a list, in capitals or not; the property holds them in small letters. */
export const SmallLetters = () =>
  Transform(({ value }: { value: unknown }) =>
    Array.isArray(value) ? value.map((name: unknown) => (isText(name) ? name.toLowerCase() : name)) : value,
  );

/** 0, which the Python program takes for none, becomes null. */
export const ZeroIsNone = () => Transform(({ value }: { value: unknown }) => (value === 0 ? null : value));

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
    ApiProperty(enumOf(table))(target, key);
  };
}

/** The values and their names; digits are names only in the eyes of JavaScript. */
function enumOf(table: Readonly<Record<string, unknown>>): Schema {
  const values = new Set([
    ...Object.values(table),
    ...Object.keys(table).filter((name) => !/^[\d.]+$/.test(name)),
  ]);
  return { types: [...new Set([...values].map((value) => typeof value))], enum: [...values] };
}
