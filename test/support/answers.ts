import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { openapi, type ResponseWords, type Route, routes } from './openapi.js';

/**
 * Answers are held against the document: their status must be declared, their headers be there, their body fit the schema
 * and have no key that the schema does not name.
 */
const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: true });
addFormats.default(ajv);
ajv.addSchema(exact(openapi) as object, 'openapi');

/** The same schemas, but what they do not name is wrong. */
function exact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(exact);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, exact(inner)]));
  const open = 'additionalProperties' in copy || 'unevaluatedProperties' in copy;
  const isSchema = copy['type'] === 'object' && 'properties' in copy;
  return isSchema && !open ? { ...copy, unevaluatedProperties: false } : copy;
}

const escaped = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1');
const compiled = new Map<string, ValidateFunction>();

/** The schema at a place of the document. */
function schemaAt(...parts: string[]): ValidateFunction {
  const place = `openapi#/${parts.map(escaped).map(encodeURIComponent).join('/')}`;
  const validate = compiled.get(place) ?? ajv.compile({ $ref: place });
  compiled.set(place, validate);
  return validate;
}

/** What a value does that the schema at a place of the document does not allow; undefined for nothing. */
export function mistakes(value: unknown, ...place: string[]): string | undefined {
  const validate = schemaAt(...place);
  return validate(value)
    ? undefined
    : ajv.errorsText(validate.errors, { separator: '\n  ', dataVar: '  value' });
}

const patterns = routes
  .map((route) => ({
    route,
    pattern: new RegExp(`^${route.path.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`),
  }))
  // A path without parameters comes before one that its place might be a parameter of.
  .sort((a, b) => a.route.path.split('{').length - b.route.path.split('{').length);

/** The operation that a request is one of. */
export function routeOf(method: string, path: string): Route {
  const found = patterns.find(
    ({ route, pattern }) => route.method === method.toLowerCase() && pattern.test(path),
  );
  if (!found) throw new Error(`The document has no ${method} ${path}`);
  return found.route;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** @throws Error that says in what an answer differs from what the document says of it */
export function checkAnswer(route: Route, { status, headers, text }: Answer): void {
  const key = String(status) in route.operation.responses ? String(status) : 'default';
  const declared = route.operation.responses[key];
  const fail = (what: string) => {
    throw new Error(`${route.name} answers ${status} ${what}\n${text.slice(0, 2000)}`);
  };
  if (!declared) return fail('which the document does not know');
  const name = declared.$ref?.split('/').at(-1);
  const place = name
    ? ['components', 'responses', name]
    : ['paths', route.path, route.method, 'responses', key];
  const words = (name ? openapi.components.responses[name] : declared) as ResponseWords;
  for (const [header, { $ref }] of Object.entries(words.headers ?? {}) as [string, { $ref?: string }][]) {
    const { required } = openapi.components.headers[String($ref?.split('/').at(-1))] as {
      required?: boolean;
    };
    if (required && !headers.has(header)) fail(`without the header ${header}`);
  }
  if (!words.content) return text === '' ? undefined : fail('with a body, where the document has none');
  const type = headers.get('Content-Type')?.split(';')[0] ?? '';
  if (!(type in words.content))
    return fail(`as ${type || 'nothing'}, not ${Object.keys(words.content).join(' or ')}`);
  for (const value of valuesOf(type, text)) {
    const errors = mistakes(value, ...place, 'content', type, 'schema');
    if (errors) fail(`as it should not:\n${errors}`);
  }
}

function valuesOf(type: string, text: string): unknown[] {
  if (type === 'application/json') return [JSON.parse(text)];
  if (type !== 'application/x-ndjson') return [text];
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}
