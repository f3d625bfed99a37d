import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

export type Encoding = 'br' | 'gzip' | 'identity';
const SUFFIX: Readonly<Record<string, Encoding>> = { '.br': 'br', '.gz': 'gzip' };

export interface ConsoleFile {
  readonly type: string;
  readonly bodies: Partial<Record<Encoding, Buffer>>;
}

/** The built console: 3 MB, kept in memory, so that no name in a request ever becomes a path. */
export class ConsoleFiles {
  private constructor(
    private readonly page: string,
    private readonly assets: ReadonlyMap<string, ConsoleFile>,
  ) {}

  /** @returns undefined where the console was not built */
  static async load(folder: string): Promise<ConsoleFiles | undefined> {
    const page = await readFile(join(folder, 'index.html'), 'utf8').catch(() => undefined);
    if (page === undefined) return undefined;
    const assets = new Map<string, ConsoleFile>();
    for (const name of await readdir(join(folder, 'assets'))) {
      const encoding = SUFFIX[extname(name)];
      const plain = encoding ? name.slice(0, -extname(name).length) : name;
      const type = TYPES[extname(plain)];
      if (!type) continue;
      const file = assets.get(plain) ?? { type, bodies: {} };
      file.bodies[encoding ?? 'identity'] = await readFile(join(folder, 'assets', name));
      assets.set(plain, file);
    }
    return new ConsoleFiles(page, assets);
  }

  asset(name: string): ConsoleFile | undefined {
    return this.assets.get(name);
  }

  /** The page for an address so many folders below the console's root, and its ETag. */
  pageAt(depth: number): { body: string; etag: string } {
    const body = this.page.replace('<base href="./"', `<base href="${'../'.repeat(depth) || './'}"`);
    return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
  }
}
