#!/usr/bin/env node
/**
 * What the container starts: makes the configuration that `-c` names where there is none, and is ser2tcp then. Its HTTP server
 * listens on all addresses of the container, so that it can be published; who reaches it is decided there.
 */
import { readFile, writeFile } from 'node:fs/promises';

const EXAMPLE = new URL('../examples/container.json', import.meta.url);

async function makeFirst(path) {
  try {
    await writeFile(path, await readFile(EXAMPLE), { flag: 'wx', mode: 0o600 });
    console.log(`Made ${path}`);
  } catch (error) {
    if (error.code === 'EEXIST') return;
    const owner = `${process.getuid()}:${process.getgid()}`;
    console.error(
      `ser2tcp: Cannot make ${path}: ${error.code}. Its folder must belong to the user of the container: chown ${owner}`,
    );
    process.exit(2);
  }
}

const at = process.argv.indexOf('-c') + 1;
if (at > 0 && process.argv[at] !== undefined) await makeFirst(process.argv[at]);
await import('../dist/main.js');
