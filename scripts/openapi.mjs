#!/usr/bin/env node
/** Makes openapi.json from the built server: what its controllers, classes and their comments say. */
import { writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { complete } from './openapi/complete.mjs';
import { paths } from './openapi/described.mjs';
import { scan } from './openapi/scan.mjs';
import { info, tags } from './openapi/words.mjs';

const document = complete(await scan(), { info, tags, paths });
writeFileSync(
  process.argv[2] ?? 'openapi.json',
  await format(JSON.stringify(document), { parser: 'json', printWidth: 110 }),
);
// Nest's modules may hold timers; nothing was started that would have to be ended.
process.exit();
