/**
 * What the OpenAPI document is made from: decorators of @nestjs/swagger by name and meaning, as far as they are needed here, which its scanner
 * finds under the same keys. The package itself is loaded by scripts/openapi.mjs alone: in the server it would cost 10 MiB and 0.15 s.
 * Descriptions and types come from doc comments and declarations, so most properties and operations need none of these.
 */

type Class = abstract new (...args: never[]) => object;
/** A JSON schema. `types` is what JSON schema calls a list of types, `nullable` adds null to them. */
export interface Schema {
  types?: string[];
  type?: string | Class | [Class] | (() => Class | [Class]);
  isArray?: boolean;
  required?: boolean;
  nullable?: boolean;
  [keyword: string]: unknown;
}

export interface OperationWords {
  /** Name of the operation in generated clients; made from method and controller unless given. */
  operationId?: string;
  summary?: string;
  description?: string;
  deprecated?: boolean;
  /** Credentials, where the level alone does not say it; an empty object stands for none. */
  security?: Record<string, string[]>[];
}

export interface ResponseWords {
  status: number;
  description?: string;
  type?: Class | [Class];
  schema?: object;
  content?: object;
  headers?: Record<string, object>;
}

export interface ParameterWords {
  name: string;
  description?: string;
  required?: boolean;
  schema?: object;
  example?: unknown;
}

const key = (name: string) => `swagger/${name}`;
const PROPERTIES = key('apiModelPropertiesArray');
const PROPERTY = key('apiModelProperties');

/** An array in brackets, as in `type: [PortDto]`. */
function typed<T extends { type?: unknown; isArray?: boolean }>(words: T): T {
  return Array.isArray(words.type) ? { ...words, type: words.type[0] as unknown, isArray: true } : words;
}

/** More than the declaration says: limits, forms, examples. What stands there already is kept, what is said here counts. */
export function ApiProperty(schema: Schema = {}): PropertyDecorator {
  return (target, property) => {
    const name = `:${String(property)}`;
    const names = (Reflect.getMetadata(PROPERTIES, target) as string[] | undefined) ?? [];
    if (!names.includes(name)) Reflect.defineMetadata(PROPERTIES, [...names, name], target);
    const known = (Reflect.getMetadata(PROPERTY, target, property) as Schema | undefined) ?? {
      type: Reflect.getMetadata('design:type', target, property) as Class,
    };
    Reflect.defineMetadata(PROPERTY, { ...known, ...typed(schema) }, target, property);
  };
}

/** How many there are of something. */
export const ApiCount = () => ApiProperty({ type: 'integer', minimum: 0 });

/** Joins what is said to what was said before: of a method, or of a class and so of all its methods. */
function join(name: string, add: (before: unknown) => unknown): MethodDecorator & ClassDecorator {
  return (target: object, _property?: string | symbol, method?: PropertyDescriptor) => {
    const of = (method?.value as object | undefined) ?? target;
    Reflect.defineMetadata(key(name), add(Reflect.getMetadata(key(name), of)), of);
  };
}
const merged = (name: string, words: object) => join(name, (before) => ({ ...(before as object), ...words }));
const listed = (name: string, ...words: unknown[]) =>
  join(name, (before) => [...((before as unknown[] | undefined) ?? []), ...words]);

export const ApiTags = (...tags: string[]) => listed('apiUseTags', ...tags);
export const ApiOperation = (words: OperationWords) => merged('apiOperation', words);
export const ApiResponse = ({ status, ...words }: ResponseWords) =>
  merged('apiResponse', { [status]: { description: '', ...typed(words) } });
export const ApiParam = (words: ParameterWords) =>
  listed('apiParameters', { in: 'path', required: true, ...words });
export const ApiQuery = (words: ParameterWords) =>
  listed('apiParameters', { in: 'query', required: false, ...words });
export const ApiHeader = (words: ParameterWords) =>
  listed('apiParameters', { in: 'header', required: false, ...words });
export const ApiBody = (words: {
  type?: Class | [Class];
  schema?: object;
  required?: boolean;
  description?: string;
}) => listed('apiParameters', { in: 'body', type: String, required: true, ...typed(words) });
export const ApiProduces = (...types: string[]) => listed('apiProduces', ...types);
/** Classes that appear in the document though no declaration leads to them. */
export const ApiExtraModels = (...models: Class[]) => listed('apiExtraModels', ...models);
/** Keeps a method out of the document. */
export const ApiExcludeEndpoint = () => merged('apiExcludeEndpoint', { disable: true });
/** Errors of an operation beyond those that each has, with the cause where it is not plain. */
export const ApiErrors = (
  causes: Partial<Record<400 | 401 | 404 | 409 | 412 | 428 | 429 | 500 | 502 | 503 | 504, string>>,
) => merged('apiExtension', { 'x-errors': causes });
/** For operations that change what runs. */
export const ApiMayNotApply = () =>
  ApiErrors({
    400: 'It is not valid, or its certificate files cannot be used; the answer names the place of each mistake.',
    409: 'It cannot be applied: an address is taken, a device refuses it, the file was edited by hand and has mistakes.',
  });
