/**
 * The tables of docs/configuration.md, from the schemas of the classes that check the file. A place for one is
 *
 *     <!-- keys Port: name serial -->
 *     <!-- end -->
 *
 * with the classes and keys that it shows; several classes must say the same of a key. What no table shows is an error.
 */
const TABLE = /^<!-- keys ([A-Za-z ]+): ([a-z_ ]+) -->\n[^]*?^<!-- end -->$/gm;

/** The page with its tables made anew. @throws Error for a key that is in no table, or in none of its class */
export function withTables(page, schemas, classes) {
  const shown = new Set();
  const filled = page.replace(TABLE, (_table, names, keys) => {
    const rows = keys.split(' ').map((key) => row(names.split(' '), key, schemas, shown));
    return `<!-- keys ${names}: ${keys} -->\n\n${table(rows)}\n\n<!-- end -->`;
  });
  const missing = classes.flatMap((name) =>
    Object.entries(schemas[name].properties)
      .filter(([key, { type }]) => type !== 'null' && !shown.has(`${name}.${key}`))
      .map(([key]) => `${name}.${key}`),
  );
  if (missing.length) throw new Error(`docs/configuration.md shows no ${missing.join(', ')}`);
  return filled;
}

function row(names, key, schemas, shown) {
  const said = names.map((name) => {
    const schema = schemas[name]?.properties[key];
    if (!schema) throw new Error(`docs/configuration.md: there is no ${name}.${key}`);
    shown.add(`${name}.${key}`);
    return [`\`${key}\``, typeOf(schema), unless(schemas[name], key), example(schema), meaning(schema)];
  });
  if (new Set(said.map(String)).size > 1)
    throw new Error(`docs/configuration.md: ${key} is not the same in ${names.join(' and ')}`);
  return said[0];
}

const HEAD = ['key', 'type', 'default', 'example', 'meaning'];
const table = (rows) =>
  [HEAD, HEAD.map(() => '-'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
const cell = (text) => text.replaceAll('|', '\\|');
const code = (value) => `\`${JSON.stringify(value)}\``;
const meaning = ({ description = '' }) => description.replaceAll('\n', ' ');
const example = ({ examples: [value] = [] }) => (value === undefined ? '' : code(value));

function unless({ required = [], properties }, key) {
  if (required.includes(key)) return 'required';
  const { default: value } = properties[key];
  return value === undefined ? '' : code(value);
}

const WORDS = { boolean: 'true or false', number: 'number', string: 'text' };
/** Where the page tells of an object. */
const SECTIONS = {
  Port: 'ports',
  Serial: 'serial',
  Match: 'match',
  Ssl: 'tls',
  Control: 'control',
  Http: 'http-servers',
  User: 'users',
  Token: 'tokens',
};
const linked = (words, { $ref }) => `[${words}](#${SECTIONS[$ref?.split('/').at(-1)] ?? 'servers'})`;

function typeOf(schema) {
  const { anyOf, enum: values, items } = schema;
  const object = [schema, ...(anyOf ?? [])].find(({ $ref }) => $ref);
  if (object) return linked('object', object);
  if (values)
    return values
      .filter((value) => value !== null)
      .map(code)
      .join(' ');
  if (items?.enum) return `list of ${items.enum.map(code).join(' ')}`;
  if (items) return items.type === 'string' ? 'list of texts' : linked('list', items);
  const types = [schema.type].flat().filter((type) => type !== 'null');
  return types.map((type) => (type === 'integer' ? range(schema) : WORDS[type])).join(' or ');
}

/** What is too large to be meant bounds nothing. */
function range({ minimum, maximum }) {
  if (maximum < 1e6) return `${minimum} to ${maximum}`;
  return 'whole number';
}
