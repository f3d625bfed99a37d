#!/usr/bin/env node
/**
 * `npm run generate`: openapi.json and the tables of docs/configuration.md from the server, and the console's client from the former. With `--check`
 * nothing is written, and it fails when what is there is not what would be made.
 */
import { createClient } from '@hey-api/openapi-ts';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operationsOf } from './openapi/complete.mjs';
import { root, run, setupServer } from './setup.mjs';

const DOCUMENT = 'openapi.json';
const PAGE = join('docs', 'configuration.md');
const CLIENT = join('client', 'src', 'api');

/** The generated client would send a credential in every way that it knows of; in a URL it shows where it should not. */
function withoutQueryToken(document) {
  delete document.components.securitySchemes.token;
  const kept = (security) => security.filter((way) => !('token' in way));
  document.security = kept(document.security);
  for (const { operation } of operationsOf(document)) operation.security = kept(operation.security);
  return document;
}

async function make(folder) {
  const document = join(folder, DOCUMENT);
  run(process.execPath, [join('scripts', 'openapi.mjs'), folder]);
  await createClient({
    input: withoutQueryToken(JSON.parse(readFileSync(document, 'utf8'))),
    output: { path: join(folder, CLIENT), clean: true, importFileExtension: '.js' },
    plugins: ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'],
    logs: { level: 'silent' },
  });
}

const filesOf = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    : [];
const textOf = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

/** Files that are not the same in both, that are in one only included. */
function differences(fresh) {
  const all = new Set([
    DOCUMENT,
    PAGE,
    ...[fresh, root].flatMap((at) => filesOf(join(at, CLIENT)).map((name) => join(CLIENT, name))),
  ]);
  return [...all].filter((name) => textOf(join(fresh, name)) !== textOf(join(root, name)));
}

setupServer();
const fresh = mkdtempSync(join(tmpdir(), 'ser2tcp-generate-'));
try {
  await make(fresh);
  const stale = differences(fresh);
  if (!process.argv.includes('--check')) {
    // Only what differs, so that nothing looks newer than what is built from it.
    for (const name of stale) {
      if (existsSync(join(fresh, name))) cpSync(join(fresh, name), join(root, name));
      else rmSync(join(root, name));
    }
    console.log(stale.length ? `changed: ${stale.join(' ')}` : 'nothing changed');
  } else if (stale.length) {
    console.error(`Not what "npm run generate" makes: ${stale.join(' ')}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
