/** Whatever README and docs/ show in fenced blocks and is not run: it is held against what it is for. */
import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConfig } from '../../src/config/check.js';
import { type Config, entries } from '../../src/config/config.js';
import { issueText } from '../../src/config/issues.js';
import { describeWith } from '../support/needs.js';
import { type Block, BLOCKS, blocksOf, isFence, PAGES, pageText, PROJECT } from '../support/pages.js';

const named = (blocks: Block[]) => blocks.map(({ place, text }): [string, string] => [place, text]);
const SHELL = ['sh', 'sh serve', 'sh client', 'sh package', 'sh docker', 'sh example'] as const;

describe('a fenced block', () => {
  it.each(BLOCKS.map(({ place, fence }) => [place, fence]))('%s says what it is: %s', (_place, fence) => {
    expect(isFence(fence)).toBe(true);
  });
});

type Part = Record<string, unknown>;

/** A configuration around what may be a part of one. */
function around(part: Part): Part {
  if ('protocol' in part) return { ports: [{ serial: { port: 'x' }, servers: [part] }] };
  if ('servers' in part || 'serial' in part) return { ports: [part] };
  if ('port' in part || 'match' in part) return { ports: [{ serial: part }] };
  return { ports: [], ...part };
}

function mistakes(config: Config): string[] {
  const unknown = config.notices.filter(({ message }) => message === 'unknown setting');
  return [...entries(config).flatMap(({ issues }) => issues), ...unknown].map((issue) => issueText(issue));
}

describe('a configuration', () => {
  it.each(named(blocksOf('json')))('%s has no mistake', (_place, text) => {
    expect(mistakes(checkConfig(around(JSON.parse(text) as Part)))).toEqual([]);
  });
});

/** What an object needs beside the key that is tried. */
const TCP = { protocol: 'tcp', address: '127.0.0.1', port: 1 };
const SSL = { certfile: 'a.crt', keyfile: 'a.key' };
const server = (part: Part) => ({ ports: [{ serial: { port: 'x' }, servers: [part] }] });
const AROUND: Record<string, (part: Part) => Part> = {
  Root: (part) => part,
  Port: (part) => ({ ports: [{ serial: { port: 'x' }, ...part }] }),
  Serial: (part) => ({ ports: [{ serial: { port: 'x', ...part } }] }),
  Match: (part) => ({ ports: [{ serial: { match: part } }] }),
  TcpServer: (part) => server({ ...TCP, control: { rts: true }, ...part }),
  TelnetServer: (part) => server({ ...TCP, protocol: 'telnet', ...part }),
  SslServer: (part) => server({ ...TCP, protocol: 'ssl', ssl: SSL, ...part }),
  SocketServer: (part) => server({ protocol: 'socket', address: 'x', ...part }),
  WebSocketServer: (part) => server({ protocol: 'websocket', endpoint: 'x', ...part }),
  Control: (part) => server({ ...TCP, control: part }),
  Ssl: (part) => server({ ...TCP, protocol: 'ssl', ssl: { ...SSL, ...part } }),
  Http: (part) => ({ http: [{ port: 1, ...part }] }),
  User: (part) => ({ users: [{ login: 'x', password: `sha256:0:${'0'.repeat(64)}`, ...part }] }),
  Token: (part) => ({ tokens: [{ token: 'x', ...part }] }),
};

describe('an example in the tables of the configuration', () => {
  const tables = pageText('docs/configuration.md').matchAll(/^<!-- keys (\w+)[^\n]*\n([^]*?)^<!-- end/gm);
  const rows = [...tables].flatMap(([, name = '', table = '']) =>
    [...table.matchAll(/^\| `(\w+)` +(?:\|[^|]*){2}\| `(.*?)` *\|/gm)].map(([, key = '', example = '']) => ({
      name,
      key,
      example,
    })),
  );

  it('is there for every key that is no object', () => expect(rows.length).toBeGreaterThan(60));

  it.each(rows)('of $name: $key may be $example', ({ name, key, example }) => {
    const part = { [key]: JSON.parse(example) as unknown };
    expect(mistakes(checkConfig({ ports: [], ...AROUND[name]?.(part) }))).toEqual([]);
  });
});

describe('a command', () => {
  const help = [['--help'], ['install-service', '--help']].map(
    (args) =>
      spawnSync(process.execPath, [join(PROJECT, 'dist', 'main.js'), ...args], { encoding: 'utf8' }).stdout,
  );

  it.each(named(blocksOf(...SHELL)))('%s is what bash takes', (_place, text) => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each(named(blocksOf(...SHELL)))('%s calls ser2tcp by options that there are', (_place, text) => {
    const calls = [...text.matchAll(/(?:^|\| |sudo )ser2tcp ([^|#\n]*)/gm)].map(([, args = '']) => args);
    for (const option of calls.join(' ').match(/(?<=^|\s)--?[a-z][a-z-]*/g) ?? [])
      expect(help.join('\n')).toMatch(new RegExp(`[ ,]${option}[ ,]`));
  });

  it.each(named(blocksOf('text help')))(
    '%s has the options of --help, no more and no fewer',
    (_place, text) => {
      const options = (of: string) =>
        [...of.matchAll(/^ *(-\w, --[\w-]+|--[\w-]+)/gm)].map(([, option = '']) => option);
      expect(options(text).sort()).toEqual(options(help[0] ?? '').sort());
    },
  );

  it.each(named(blocksOf('sh docker')))('%s gives a container what the Dockerfile takes', (_place, text) => {
    const dockerfile = readFileSync(join(PROJECT, 'Dockerfile'), 'utf8');
    for (const [, folder] of text.matchAll(/--volume \S+:(\S+)/g))
      expect(dockerfile).toContain(`\nVOLUME ${folder}\n`);
    for (const [, port] of text.matchAll(/--publish \S+:(\d+) /g))
      expect(dockerfile).toContain(`\nEXPOSE ${port}\n`);
  });
});

describeWith(['nginx'], 'a directive of nginx', () => {
  it.each(named(blocksOf('nginx')))('%s is one that nginx takes', (_place, text) => {
    const folder = mkdtempSync(join(tmpdir(), 'ser2tcp-nginx-'));
    const path = join(folder, 'nginx.conf');
    writeFileSync(
      path,
      `pid ${folder}/pid; events {} http { access_log off; server { location / { ${text} } } }`,
    );
    const { status, stderr } = spawnSync('nginx', ['-t', '-e', 'stderr', '-c', path], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('is successful') });
  });
});

describe('links between the pages', () => {
  const links = PAGES.flatMap((page) =>
    [...pageText(page).matchAll(/\]\((?!https?:)([^)#]*)(#[^)]*)?\)/g)].map(([, path = '', anchor = '']) => ({
      page,
      target: path === '' ? page : join(page, '..', path),
      anchor,
    })),
  );
  /** As GitHub makes them. */
  const anchorsOf = (page: string) =>
    [...pageText(page).matchAll(/^#+ (.*)$/gm)].map(
      ([, title = '']) =>
        `#${title
          .toLowerCase()
          .replace(/[^\w\s-]/g, '')
          .replace(/\s/g, '-')}`,
    );

  it.each(PAGES)('%s leads where there is something', (page) => {
    const broken = links
      .filter((link) => link.page === page)
      .filter(({ target, anchor }) => {
        if (spawnSync('test', ['-e', join(PROJECT, target)]).status !== 0) return true;
        return anchor !== '' && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  it.each(PAGES.filter((page) => page !== 'README.md'))(
    '%s leads to nothing that the package lacks',
    (page) => {
      const { files } = JSON.parse(pageText('package.json')) as { files: string[] };
      const packaged = ({ target }: { target: string }) =>
        ['README.md', ...files].some((path) => target === path || target.startsWith(`${path}/`));
      expect(links.filter((link) => link.page === page && !packaged(link))).toEqual([]);
    },
  );
});
