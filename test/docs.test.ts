/**
 * Whatever README and docs/ show in fenced blocks is tried:
 * - `json` is a whole configuration, or an entry of one: it has no mistake and no unknown key.
 * - `sh` is what bash takes, and every `ser2tcp` in it has options and commands that there are.
 * - `sh run` is run, beside the first configuration of its page as `ser2tcp.json`, and ends with status 0.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { checkConfig } from '../src/config/check.js';
import { entries } from '../src/config/config.js';
import { issueText } from '../src/config/issues.js';

const PROJECT = join(import.meta.dirname, '..');
const PAGES = [
  'README.md',
  ...readdirSync(join(PROJECT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

interface Block {
  place: string;
  page: string;
  text: string;
}

const pageText = (page: string) => readFileSync(join(PROJECT, page), 'utf8');

/** The fenced blocks of a language, and where each begins. */
function blocks(language: string): Block[] {
  return PAGES.flatMap((page) => {
    const text = pageText(page);
    return [...text.matchAll(/^( *)```([^\n]*)\n([^]*?)^\1```$/gm)]
      .filter(([, , info]) => info === language)
      .map(({ index, 3: inside = '' }) => ({
        page,
        place: `${page}:${text.slice(0, index).split('\n').length}`,
        text: inside,
      }));
  });
}

type Part = Record<string, unknown>;

/** A configuration around what may be a part of one. */
function around(part: Part): Part {
  if ('protocol' in part) return { ports: [{ serial: { port: 'x' }, servers: [part] }] };
  if ('servers' in part || 'serial' in part) return { ports: [part] };
  if ('baudrate' in part || 'match' in part) return { ports: [{ serial: part }] };
  return { ports: [], ...part };
}

describe('a configuration of the documentation', () => {
  it.each(blocks('json').map(({ place, text }) => [place, text]))('%s has no mistake', (_place, text) => {
    const config = checkConfig(around(JSON.parse(text) as Part));
    const unknown = config.notices.filter(({ message }) => message === 'unknown setting');
    const issues = [...entries(config).flatMap((entry) => entry.issues), ...unknown];
    expect(issues.map((issue) => issueText(issue))).toEqual([]);
  });
});

describe('commands of the documentation', () => {
  const shell = [...blocks('sh'), ...blocks('sh run')].map(({ place, text }): [string, string] => [
    place,
    text,
  ]);
  const help = [['--help'], ['install-service', '--help']].map(
    (args) =>
      spawnSync(process.execPath, [join(PROJECT, 'dist', 'main.js'), ...args], { encoding: 'utf8' }).stdout,
  );

  it.each(shell)('%s is what bash takes', (_place, text) => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each(shell)('%s calls ser2tcp by options that there are', (_place, text) => {
    const calls = [...text.matchAll(/(?:^|\| |sudo )ser2tcp ([^|#\n]*)/gm)].map(([, args = '']) => args);
    for (const option of calls.join(' ').match(/(?<=^|\s)--?[a-z][a-z-]*/g) ?? [])
      expect(help.join('\n')).toMatch(new RegExp(`[ ,]${option}[ ,]`));
  });

  it('there are some of both', () => {
    expect(shell.length).toBeGreaterThan(5);
    expect(help[0]).toContain('--check ');
  });
});

describe('a command that is shown to be run', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ser2tcp-docs-'));
    const program = join(folder, 'ser2tcp');
    await writeFile(
      program,
      `#!/bin/sh\nexec '${process.execPath}' '${join(PROJECT, 'dist', 'main.js')}' "$@"\n`,
    );
    await chmod(program, 0o755);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each(blocks('sh run').map(({ place, page, text }) => [place, page, text]))(
    '%s works',
    async (_place, page, text) => {
      const config = blocks('json').find((block) => block.page === page);
      if (config) await writeFile(join(folder, 'ser2tcp.json'), config.text);
      const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
      const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', text], {
        cwd: folder,
        env,
      });
      expect(stdout).not.toBe('');
    },
  );
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
});
