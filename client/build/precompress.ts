import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** A packet's worth: less is not made smaller in any way that matters. */
const WORTH_BYTES = 1400;

/** Puts a `.br` and a `.gz` beside every asset, so that the server compresses nothing while it serves. */
export function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    async writeBundle({ dir = '' }) {
      const assets = join(dir, 'assets');
      for (const name of await readdir(assets)) {
        const content = await readFile(join(assets, name));
        if (content.length < WORTH_BYTES) continue;
        const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
        await writeFile(join(assets, `${name}.br`), await brotli(content, { params }));
        await writeFile(join(assets, `${name}.gz`), await zip(content, { level: 9 }));
      }
    },
  };
}
