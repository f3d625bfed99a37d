#!/usr/bin/env node
/**
 * `openapi.mjs FOLDER`: makes openapi.json and docs/configuration.md there from the built server: what its controllers, classes and their comments
 * say. Of the page, only the tables are made; the rest is as it stands.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { complete } from './openapi/complete.mjs';
import { withTables } from './openapi/config-tables.mjs';
import { paths } from './openapi/described.mjs';
import { scan } from './openapi/scan.mjs';
import { info, tags } from './openapi/words.mjs';
import { root } from './setup.mjs';

const PAGE = join('docs', 'configuration.md');
/** What the file is made of. Some of it is of the file alone, and nothing that the API knows. */
const IN_FILE = ['Root', 'User', 'Token'];
const IN_BOTH = ['Port', 'Serial', 'Match', 'Control', 'Ssl', 'Http'];
const SERVERS = ['TcpServer', 'TelnetServer', 'SslServer', 'SocketServer', 'WebSocketServer'];

const folder = process.argv[2];
const options = await resolveConfig(join(root, PAGE));
const write = async (name, text, parser) =>
  writeFileSync(join(folder, name), await format(text, { ...options, parser }));

const document = complete(await scan(), { info, tags, paths });
const { schemas } = document.components;
const page = withTables(readFileSync(join(root, PAGE), 'utf8'), schemas, [
  ...IN_FILE,
  ...IN_BOTH,
  ...SERVERS,
]);
mkdirSync(join(folder, 'docs'), { recursive: true });
await write(PAGE, page, 'markdown');
for (const name of IN_FILE) delete schemas[name];
await write('openapi.json', JSON.stringify(document), 'json');
// Nest's modules may hold timers; nothing was started that would have to be ended.
process.exit();
