import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigFile } from '../../src/config/config-file.js';
import { ConfigInvalid, ConfigNotWritten, ConfigUnreadable } from '../../src/config/issues.js';

let folder: string;
let file: ConfigFile;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ser2tcp-file-'));
  file = new ConfigFile(join(folder, 'config.json'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const written = async () => JSON.parse(await readFile(file.path, 'utf8')) as unknown;
const mode = async (path: string) => (await stat(path)).mode & 0o777;

describe('a file that is no JSON is refused with line and column', () => {
  it.each<[string, string, string]>([
    ['an empty file', '', 'it is empty'],
    ['blanks', ' \n\t\n', 'it is empty'],
    ['a byte order mark alone', '\uFEFF', 'it is empty'],
    ['a brace that is not closed', '{"ports": [\n]\n', 'close brace expected at line 3, column 1'],
    ['a bracket that is not closed', '{"ports": [', 'close bracket expected at line 1, column 12'],
    ['a comma after the last entry', '{"ports": [\n  {},\n]}', 'value expected at line 3, column 1'],
    ['a comma after the last key', '{\n "a": 1,\n}', 'property name expected at line 3, column 1'],
    ['a comma that is missing', '{"a": 1\n "b": 2}', 'comma expected at line 2, column 2'],
    ['a colon that is missing', '{"a" 1}', 'colon expected at line 1, column 6'],
    ['a value that is missing', '{"a":\n}', 'value expected at line 2, column 1'],
    ['single quotes', "{'a': 1}", 'invalid symbol at line 1, column 2'],
    ['a key without quotes', '{\r\n  ports: []}', 'invalid symbol at line 2, column 3'],
    ['a quote that is missing', '{"a": "x\n}', 'unexpected end of string at line 1, column 7'],
    ['a tab in a text', '{"a": "x\ty"}', 'invalid character at line 1, column 7'],
    ['a path with backslashes', '{"a": "C:\\Windows"}', 'invalid escape character at line 1, column 7'],
    ['a comment', '{\n  // here\n}', 'invalid comment token at line 2, column 3'],
    ["Python's None", '{"a": None}', 'invalid symbol at line 1, column 7'],
    ['NaN', '[NaN]', 'invalid symbol at line 1, column 2'],
    ['half a number', '[1.]', 'unexpected end of number at line 1, column 2'],
    ['hexadecimal', '{"vid": 0x0403}', 'invalid symbol at line 1, column 10'],
    ['two documents', '{}\n{}', 'end of file expected at line 2, column 1'],
    ['another format', '[ports]\nbaudrate=9600', 'invalid symbol at line 1, column 2'],
    ['UTF-16', '\u00ff\u00fe{\0}\0', 'invalid symbol at line 1, column 1'],
    ['a byte order mark and a mistake', '\uFEFF{"a":}', 'value expected at line 1, column 6'],
    ['brackets without end', '['.repeat(100_000), 'it is nested too deeply'],
  ])('%s', async (_what, text, mistake) => {
    await writeFile(file.path, text);
    const refused = file.read();
    await expect(refused).rejects.toThrow(new ConfigUnreadable(`${file.path} is not JSON: ${mistake}`));
    // What V8 says quotes the text around the mistake, where a password may be.
    await expect(refused).rejects.toHaveProperty('cause', undefined);
  });

  it('a list in a list without end is no configuration', async () => {
    await writeFile(file.path, '['.repeat(100_000) + ']'.repeat(100_000));
    await expect(file.read()).rejects.toThrow(ConfigInvalid);
  });
});

describe('a file that cannot be read is refused', () => {
  it.each<[string, (path: string) => Promise<unknown>, string]>([
    ['when it is missing', async () => {}, 'there is no such file'],
    ['when it is a folder', (path) => mkdir(path), 'it is a folder'],
    ['when it is a link that leads nowhere', (path) => symlink('nowhere', path), 'there is no such file'],
  ])('%s', async (_when, make, reason) => {
    await make(file.path);
    const refused = file.read();
    await expect(refused).rejects.toThrow(ConfigUnreadable);
    await expect(refused).rejects.toThrow(`Cannot read the configuration ${file.path}: ${reason}`);
  });

  it('when a part of its path is a file', async () => {
    await writeFile(file.path, '{}');
    const below = new ConfigFile(join(file.path, 'config.json'));
    const reason = 'a part of its path is not a folder';
    await expect(below.read()).rejects.toThrow(`Cannot read the configuration ${below.path}: ${reason}`);
    await expect(below.write({ ports: [] })).rejects.toThrow(
      `The change was not kept, cannot write ${below.path}: ${reason}`,
    );
    await expect(below.create({ ports: [] })).rejects.toThrow(
      /^Cannot make the configuration \S+: .+\. Use -c to name another file$/,
    );
  });
});

describe('a file that is saved', () => {
  it('has every key that it had, also those that nobody knows', async () => {
    const document = {
      version: 3,
      ports: [
        {
          serial: { port: 'x', baudrat: 1 },
          note: { by: ['me', null] },
          servers: [{ protocol: 'new', x: 1 }],
        },
      ],
      http: [{ address: '127.0.0.1', port: 1, theme: 'dark' }],
      session_timeout: null,
    };
    await writeFile(file.path, `\uFEFF${JSON.stringify(document)}`);
    await file.write((await file.read()).config.document);
    expect(await written()).toEqual(document);
    expect(await readFile(file.path, 'utf8')).toMatch(/^\{\n {4}"version": 3,\n[^]*\n\}\n$/);
  });

  it('has the form of today', async () => {
    const users = [{ login: 'a', password: `sha256:x:${'0'.repeat(64)}` }];
    await writeFile(file.path, JSON.stringify({ http: { port: 1, auth: { users } }, ports: [] }));
    await file.write((await file.read()).config.document);
    expect(await written()).toEqual({ http: [{ port: 1 }], ports: [], users });
    await writeFile(file.path, JSON.stringify([{ serial: { port: 'x' } }]));
    await file.write((await file.read()).config.document);
    expect(await written()).toEqual({ ports: [{ serial: { port: 'x' } }] });
  });

  it('is for its owner alone, whatever it was', async () => {
    await writeFile(file.path, '{}', { mode: 0o666 });
    await file.write({ ports: [] });
    expect(await mode(file.path)).toBe(0o600);
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  it('stays where a link says that it is', async () => {
    await mkdir(join(folder, 'real'));
    await writeFile(join(folder, 'real', 'ser2tcp.conf'), '{}');
    await symlink('real/ser2tcp.conf', file.path);
    await file.write({ ports: [7] });
    expect((await lstat(file.path)).isSymbolicLink()).toBe(true);
    expect(await readlink(file.path)).toBe('real/ser2tcp.conf');
    expect(JSON.parse(await readFile(join(folder, 'real', 'ser2tcp.conf'), 'utf8'))).toEqual({ ports: [7] });
    expect(await readdir(join(folder, 'real'))).toEqual(['ser2tcp.conf']);
  });

  it('is written although a sudden end left a part of another', async () => {
    await writeFile(join(folder, '.config.json.tmp'), '{"ports": [', { mode: 0o644 });
    await file.write({ ports: [] });
    expect(await written()).toEqual({ ports: [] });
    expect(await mode(file.path)).toBe(0o600);
    expect(await readdir(folder)).toEqual(['config.json']);
  });

  it('does not follow a link that somebody put where its parts go', async () => {
    await writeFile(join(folder, 'victim'), 'x');
    await symlink('victim', join(folder, '.config.json.tmp'));
    await file.write({ ports: [] });
    expect(await readFile(join(folder, 'victim'), 'utf8')).toBe('x');
    expect((await lstat(file.path)).isFile()).toBe(true);
  });

  it('is what it was when it cannot be replaced', async () => {
    await writeFile(file.path, '{"ports": [1]}');
    await mkdir(join(folder, '.config.json.tmp', 'in the way'), { recursive: true });
    const refused = file.write({ ports: [2] });
    await expect(refused).rejects.toThrow(ConfigNotWritten);
    await expect(refused).rejects.toThrow(/^The change was not kept, cannot write \S+config\.json: /);
    expect(await written()).toEqual({ ports: [1] });
  });
});

describe('a file that is made', () => {
  it('comes with its folder, both for their owner alone', async () => {
    const made = new ConfigFile(join(folder, 'new', 'folder', 'config.json'));
    await made.create({ ports: [] });
    expect((await made.read()).config.ports).toEqual([]);
    expect(await mode(made.path)).toBe(0o600);
    expect(await mode(join(folder, 'new', 'folder'))).toBe(0o700);
  });
});

const root = process.getuid?.() === 0;
(root ? describe : describe.skip)('a file that root writes', () => {
  it('stays with its owner', async () => {
    await writeFile(file.path, '{}');
    await chown(file.path, 1, 2);
    await file.write({ ports: [] });
    expect(await stat(file.path)).toMatchObject({ uid: 1, gid: 2 });
    expect(await mode(file.path)).toBe(0o600);
  });
});
