#!/usr/bin/env node
/**
 * `npm run test:node -- 22 24`: all tests and the bench's row of start and memory, on other versions of Node.js. They come from
 * npm, where a package for each system holds the binary.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root, run } from './setup.mjs';

const versions = process.argv.slice(2);
if (versions.length === 0) {
  console.error('Which versions of Node.js? For example: npm run test:node -- 22 24');
  process.exit(2);
}

function bringNode(version, folder) {
  const name = `node-${process.platform}-${process.arch}@${version}`;
  run('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', name], {
    quiet: true,
  });
  return join(folder, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin');
}

const failed = [];
for (const version of versions) {
  const folder = mkdtempSync(join(tmpdir(), 'ser2tcp-node-'));
  // Some tests start it as another user.
  chmodSync(folder, 0o755);
  const bin = bringNode(version, folder);
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  for (const args of [['scripts/test.mjs'], ['bench/run.mjs', '--only', 'idle']]) {
    console.log(`== Node.js ${version}: ${args.join(' ')}`);
    const { status } = spawnSync(join(bin, 'node'), args, { cwd: root, env, stdio: 'inherit' });
    if (status !== 0) failed.push(`${version} (${args[0]})`);
  }
  rmSync(folder, { recursive: true, force: true });
}
if (failed.length > 0) {
  console.error(`failed on Node.js ${failed.join(', ')}`);
  process.exitCode = 1;
}
