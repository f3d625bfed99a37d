import { examples } from './examples.mjs';
import { patchOf, ref, statusLine } from './derived.mjs';

/**
 * What holds for all operations alike and so stands in no controller: who may call them, which errors they have,
 * what answers carry in their headers. Takes the scanned document, gives the finished one.
 */
const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];

/** Every operation of a document with where it stands. */
export function* operationsOf({ paths }) {
  for (const [path, item] of Object.entries(paths)) {
    for (const method of METHODS) if (item[method]) yield { path, method, operation: item[method] };
  }
}

export const SCHEMAS = {
  Error: {
    type: 'object',
    description: 'Every failure. What is wrong and what to do about it, in a sentence; more keys may come.',
    required: ['error'],
    properties: {
      error: {
        type: 'string',
        description: 'A whole sentence, for people.',
        examples: ['There is no port 7'],
      },
      code: { type: 'string', description: 'Stable, for programs.', examples: ['CONFIG_INVALID'] },
      issues: {
        type: 'array',
        description: 'Every mistake of the body, each with its place.',
        items: ref('schemas', 'Issue'),
      },
    },
  },
  PortView: {
    description:
      'The entry of a port: a `Port`, with the values that count; or with `issues`, as the file has it.',
    anyOf: [ref('schemas', 'EntryWithIssues'), ref('schemas', 'Port')],
  },
  EntryWithIssues: {
    type: 'object',
    description:
      'An entry with mistakes, which is there to be mended: what stands in the file, of any form, and what is wrong with it. A body may have `issues` as well; there they mean nothing.',
    required: ['issues'],
    properties: {
      issues: {
        type: 'array',
        description:
          'The mistakes, in the entry itself or, of a port, in its servers; their paths begin at the entry.',
        minItems: 1,
        items: ref('schemas', 'Issue'),
      },
    },
    additionalProperties: true,
  },
  Issue: {
    type: 'object',
    required: ['path', 'message'],
    properties: {
      path: {
        type: 'string',
        description: 'Where it stands, as a program would write it; empty for the whole.',
        examples: ['ports[0].serial.baudrate'],
      },
      message: {
        type: 'string',
        examples: ['must be a whole number of bits a second, such as 9600 or 115200'],
      },
    },
  },
};

const HEADERS = {
  'WWW-Authenticate': {
    required: true,
    description: 'How to authenticate (RFC 6750, 3).',
    schema: { type: 'string', examples: ['Bearer'] },
  },
  'Retry-After': {
    required: true,
    description: 'Seconds to wait before the next attempt.',
    schema: { type: 'integer', minimum: 0 },
  },
  Upgrade: {
    required: true,
    description: 'What to ask for (RFC 9110, 15.5.22).',
    schema: { type: 'string', examples: ['websocket'] },
  },
  ETag: {
    required: true,
    description:
      'Version of what is answered. In `If-Match` it lets a change fail that is based on an older one.',
    schema: { type: 'string' },
  },
};

/** Name, status and meaning of each error. */
const ERRORS = {
  400: ['Invalid', 'The request is not valid; the answer names the place of each mistake.'],
  401: ['Unauthorized', 'No credential, or one that is not valid (any more).', ['WWW-Authenticate']],
  403: ['Forbidden', 'Only for administrators, or not from this address, site or host name.'],
  404: ['NotFound', 'There is no such thing.'],
  409: ['Conflict', 'It cannot be done in the present state.'],
  412: ['PreconditionFailed', 'It was changed since: the `ETag` in `If-Match` is not the current one.'],
  413: ['TooLarge', 'The body has more than 1 MiB.'],
  415: ['UnsupportedMediaType', 'The body is not application/json.'],
  426: ['UpgradeRequired', 'The request is no WebSocket handshake.', ['Upgrade']],
  429: ['TooManyRequests', 'Too many attempts.', ['Retry-After']],
  500: ['Failed', 'It failed; nothing was changed.'],
  502: ['BadGateway', 'What it depends on failed.'],
  503: ['Unavailable', 'It cannot be done now.'],
  504: ['Timeout', 'It took too long.'],
  default: ['OtherError', 'Any other failure, such as 405 for a method that does not exist here.'],
};

const json = (schema) => ({ 'application/json': { schema } });
const headersOf = (names) => Object.fromEntries(names.map((name) => [name, ref('headers', name)]));

const RESPONSES = Object.fromEntries(
  Object.values(ERRORS).map(([name, description, headers]) => [
    name,
    { description, ...(headers && { headers: headersOf(headers) }), content: json(ref('schemas', 'Error')) },
  ]),
);

const SECURITY_SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'A session token (of `POST /api/login`) or an API token in `Authorization: Bearer …`.',
  },
  token: {
    type: 'apiKey',
    in: 'query',
    name: 'token',
    description:
      'The same as `?token=…`, for clients that cannot set headers. URLs are kept in more places than headers are.',
  },
};

/** Each of them alone is enough. */
const WAYS = [{ bearer: [] }, { token: [] }];

/** The errors that an operation has by what it is; `x-errors` of its controller adds others and says why. */
function errorsOf({ path, operation }) {
  const { 'x-errors': own = {}, 'x-level': level, requestBody } = operation;
  const statuses = new Set(['403', 'default', ...Object.keys(own)]);
  if (level !== 'public') for (const status of ['400', '401', '429']) statuses.add(status);
  if (path.includes('{')) statuses.add('404');
  if (requestBody) for (const status of ['400', '413', '415']) statuses.add(status);
  const answers = [...statuses]
    .sort()
    .map((status) => [
      status,
      { ...ref('responses', ERRORS[status][0]), ...(own[status] && { description: sentence(own[status]) }) },
    ]);
  return Object.fromEntries(answers);
}

const sentence = (words) => `${words[0].toUpperCase()}${words.slice(1)}`.replace(/[^.]$/, '$&.');

/** What the parts of paths are. */
const PATH_WORDS = {
  port: 'The index of the port in the configuration, or its name.',
  server: 'The index of the server among those of its port.',
  connection: 'The index of the connection among those of its server, or its `id`.',
  index: 'The index in the configuration.',
  login: 'The login of the user.',
  token: 'The token itself, or its `id`.',
  endpoint: 'The `endpoint` of a websocket server.',
};

/** Parameters are there or not, but never null; the parts of paths mean the same everywhere. */
function parameter(words) {
  const schema = { ...words.schema };
  if (Array.isArray(schema.type)) schema.type = schema.type.find((type) => type !== 'null');
  if (schema.enum) schema.enum = schema.enum.filter((value) => value !== null);
  const description = words.description ?? (words.in === 'path' ? PATH_WORDS[words.name] : undefined);
  return { ...words, ...(description && { description }), schema };
}

const LEVELS = {
  public: 'For anybody.',
  user: 'For users and tokens; for anybody while there are no accounts.',
  admin: 'For administrators; for anybody while there are no accounts.',
};

const tagHeader = (name, description) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string' },
});

/** What an entity tag adds: a header of answers, and a condition that requests may make. */
function withEtag(method, { 'x-etag': etag, ...operation }) {
  const { parameters = [], responses, 'x-errors': errors } = operation;
  const conditional = parameters.some(({ name }) => name === 'if-match');
  const others = parameters.filter(({ name }) => name !== 'if-match');
  const tagged = ([status, answer]) => [
    status,
    { ...answer, headers: { ...answer.headers, ...headersOf(['ETag']) } },
  ];
  const answers = etag ? Object.fromEntries(Object.entries(responses).map(tagged)) : responses;
  // The answer with the settings tells more than its tag stands for.
  if (etag && method === 'get' && operation.operationId !== 'getSettings') {
    const words = 'The `ETag` of what the client has; then 304 if it still holds.';
    const unchanged = { description: 'It is what the client has.', headers: headersOf(['ETag']) };
    return {
      ...operation,
      parameters: [...others, tagHeader('If-None-Match', words)],
      responses: { ...answers, 304: unchanged },
    };
  }
  if (!conditional) return { ...operation, responses: answers };
  const words = 'The `ETag` that the change is based on; then 412 if it was changed since.';
  return {
    ...operation,
    parameters: [...others, tagHeader('If-Match', words)],
    responses: answers,
    'x-errors': { 412: '', ...errors },
  };
}

/** Puts the example of a body beside its schema. */
const withExample = (body, example) =>
  body?.content?.['application/json'] && example !== undefined
    ? {
        ...body,
        content: { ...body.content, 'application/json': { ...body.content['application/json'], example } },
      }
    : body;

function completed({ path, method, operation: scanned }) {
  const operation = withEtag(method, scanned);
  const {
    'x-errors': _,
    'x-who': who = LEVELS[operation['x-level']],
    summary,
    description,
    parameters = [],
    responses,
    ...others
  } = operation;
  // The first sentence is the summary, in which a generated list of operations is read.
  const [first = '', ...rest] = summary.split(/(?<=\w)\.(?: |$)/).filter(Boolean);
  const level = operation['x-level'];
  const { request, response } = examples[operation.operationId] ?? {};
  const answers = Object.entries(responses).map(([status, answer]) => [
    status,
    { ...withExample(answer, response), description: answer.description || `${first}.` },
  ]);
  return {
    ...others,
    ...(others.requestBody && { requestBody: withExample(others.requestBody, request) }),
    summary: first,
    description: [rest.map(sentence).join(' '), description, who].filter(Boolean).join('\n\n'),
    ...(parameters.length && { parameters: parameters.map(parameter) }),
    security: operation.security ?? (level === 'public' ? [] : WAYS),
    responses: { ...Object.fromEntries(answers), ...errorsOf({ path, operation }) },
  };
}

/** Schemas as OpenAPI 3.1 has them: lists of types, `examples`, no word that only the scanner knows. */
function modern(value) {
  if (Array.isArray(value)) return value.map(modern);
  if (typeof value !== 'object' || value === null) return value;
  const { types, example, ...rest } = value;
  const out = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, modern(inner)]));
  if (Array.isArray(types)) {
    const nullable = [out.type].flat().includes('null') || out.enum?.includes(null);
    out.type = [...types, ...(nullable ? ['null'] : [])];
    if (out.type.length === 1) out.type = out.type[0];
  }
  if (example !== undefined) out.examples = [example];
  if (Array.isArray(out.allOf) && out.allOf.length === 1 && out.allOf[0].$ref) {
    out.$ref = out.allOf[0].$ref;
    delete out.allOf;
    if (out.type === 'object') delete out.type;
  }
  return out;
}

/** `PortDto` is a word of this program; to clients it is a `Port`. */
const withoutDto = (value) => JSON.parse(JSON.stringify(value).replace(/\b([A-Za-z]+)Dto\b/g, '$1'));

/** Keys of objects that are lists of names, in alphabetical order, so that the file changes only where the API does. */
const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));

export function complete(scanned, { info, tags, paths }) {
  const all = withoutDto({ ...scanned.paths, ...paths });
  const schemas = withoutDto(modern(scanned.components.schemas));
  const document = {
    openapi: '3.1.0',
    info,
    servers: [{ url: '/', description: 'The server that this document came from.' }],
    tags,
    security: WAYS,
    paths: sorted(all),
    components: {
      schemas: sorted({
        ...schemas,
        PortPatch: patchOf(schemas.Port, 'A JSON merge patch of a port (RFC 7396).'),
        HttpPatch: patchOf(schemas.Http, 'A JSON merge patch of an http server (RFC 7396).'),
        StatusLine: statusLine(schemas.PortStatus),
        ...SCHEMAS,
      }),
      responses: RESPONSES,
      headers: HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
  for (const { path, method, operation } of operationsOf(document))
    document.paths[path][method] = completed({ path, method, operation: modern(operation) });
  return document;
}
