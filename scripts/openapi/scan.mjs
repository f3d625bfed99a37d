import 'reflect-metadata';
import { PluginMetadataGenerator } from '@nestjs/cli/lib/compiler/plugins/plugin-metadata-generator.js';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { ReadonlyVisitor } from '@nestjs/swagger/plugin';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../setup.mjs';

const dist = (path) => import(join(root, 'dist', path));
/** Where Nest and its swagger module keep what decorators say. */
const PATH = 'path';
const OPERATION = 'swagger/apiOperation';
const RESPONSES = 'swagger/apiResponse';
const EXTENSION = 'swagger/apiExtension';

/** What doc comments and types say, which the built classes do not know any more. */
async function loadComments(program) {
  const filename = 'openapi-metadata.js';
  const visitor = new ReadonlyVisitor({
    introspectComments: true,
    classValidatorShim: true,
    pathToSource: join(root, 'src'),
  });
  new PluginMetadataGenerator().generate({
    visitors: [visitor],
    outputDir: join(root, 'dist'),
    filename,
    tsProgramRef: program,
  });
  try {
    const { default: metadata } = await dist(filename);
    await SwaggerModule.loadPluginMetadata(metadata);
  } finally {
    rmSync(join(root, 'dist', filename));
  }
}

/** What the comment of each class says of it, by its name. */
function classComments(program) {
  const checker = program.getTypeChecker();
  const classes = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.endsWith('.dto.ts'))
    .flatMap(({ statements }) => statements.filter(ts.isClassDeclaration));
  const said = classes.map(({ name }) => [
    name.text,
    ts.displayPartsToString(checker.getSymbolAtLocation(name).getDocumentationComment(checker)),
  ]);
  return Object.fromEntries(said.filter(([, words]) => words));
}

/** Every method of a controller that answers requests. */
function* operations(app) {
  for (const { controllers } of app.container.getModules().values()) {
    for (const { metatype } of controllers.values()) {
      for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(metatype.prototype))) {
        if (typeof value === 'function' && Reflect.hasMetadata(PATH, value))
          yield { metatype, name, method: value };
      }
    }
  }
}

/** The scanner takes a comment and a return type only where no decorator says anything: here they stand together. */
function joinComments({ metatype, name, method }) {
  const { summary, description, deprecated, type } = metatype._OPENAPI_METADATA_FACTORY?.()[name] ?? {};
  const spoken = Object.fromEntries(
    Object.entries({ summary, description, deprecated }).filter(([, value]) => value !== undefined),
  );
  Reflect.defineMetadata(OPERATION, { ...spoken, ...Reflect.getMetadata(OPERATION, method) }, method);
  const responses = Reflect.getMetadata(RESPONSES, method) ?? {};
  if (type && !Object.keys(responses).some((status) => Number(status) < 400)) {
    const isArray = Array.isArray(type);
    const status =
      Reflect.getMetadata('__httpCode__', method) ??
      (Reflect.getMetadata('method', method) === 1 ? 201 : 200);
    const answer = { description: '', type: isArray ? type[0] : type, isArray };
    Reflect.defineMetadata(RESPONSES, { ...responses, [status]: answer }, method);
  }
}

/** Whether answers carry an entity tag. */
const hasEtag = ({ metatype, method }) =>
  [metatype, method].some((of) =>
    Reflect.getMetadata('__interceptors__', of)?.some(({ name }) => name === 'ETagInterceptor'),
  );

const VERBS = ['list', 'get', 'add', 'replace', 'change', 'remove'];

/** `list` of `UsersController` is `listUsers` and `add` is `addUser`; a name that says it all is kept. */
function operationId(controller, method) {
  const things = controller.replace(/Controller$/, '');
  if (!VERBS.includes(method)) return method;
  return method + (method === 'list' ? things : things.replace(/s$/, ''));
}

/** The document as the controllers and classes of the built server give it, with `x-level` at each operation. */
export async function scan() {
  const program = ReadonlyVisitor.createTsProgram(join(root, 'tsconfig.build.json'));
  await loadComments(program);
  const [{ AppModule }, { checkConfig }, { ConfigFile }, { LEVEL }] = await Promise.all(
    ['app.module.js', 'config/check.js', 'config/config-file.js', 'auth/decorators.js'].map(dist),
  );
  const module = AppModule.with(new ConfigFile('none'), checkConfig({ ports: [] }));
  const app = await NestFactory.create(module, new ExpressAdapter(), {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  for (const operation of operations(app)) {
    joinComments(operation);
    const { metatype, method } = operation;
    const level = Reflect.getMetadata(LEVEL, method) ?? Reflect.getMetadata(LEVEL, metatype) ?? 'user';
    const words = { 'x-level': level, ...(hasEtag(operation) && { 'x-etag': true }) };
    Reflect.defineMetadata(EXTENSION, { ...words, ...Reflect.getMetadata(EXTENSION, method) }, method);
  }
  const { PortDto, RootDto, TokenDto, UserDto } = await dist('config/config.dto.js');
  const document = SwaggerModule.createDocument(
    app,
    new DocumentBuilder().setOpenAPIVersion('3.1.0').build(),
    {
      operationIdFactory: operationId,
      autoTagControllers: false,
      extraModels: [PortDto, RootDto, TokenDto, UserDto],
    },
  );
  for (const [name, description] of Object.entries(classComments(program))) {
    const schema = document.components.schemas[name];
    if (schema) schema.description ??= description;
  }
  return document;
}
