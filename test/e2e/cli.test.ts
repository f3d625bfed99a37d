import { afterEach, describe, expect, it } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { scryptSync } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { configFile, Ended, endPrograms, Program } from '../support/program.js';

const ROOT = join(import.meta.dirname, '..', '..');
const MAIN = join(ROOT, 'dist', 'main.js');

afterEach(endPrograms);

const run = (...args: string[]): Promise<Ended> => new Program(args).ended;

describe('an option that asks for something', () => {
  it.each(['-h', '--help'])('%s: shows every option of the document', async (option) => {
    const { status, stdout, stderr } = await run(option);
    for (const known of [
      '-h, --help',
      '-V, --version',
      '-v, --verbose',
      '-u, --usb',
      '--hash-password <PASSWORD>',
    ])
      expect(stdout).toContain(`  ${known} `);
    expect(stdout).toContain('-c, --config <CONFIG> ');
    expect(stdout).toContain('~/.config/ser2tcp/config.json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each(['-V', '--version'])('%s: shows the version of the package', async (option) => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(await run(option)).toEqual({ status: 0, stdout: `ser2tcp ${version}\n`, stderr: '' });
  });

  it.each(['-u', '--usb'])('%s: lists USB serial devices, whatever else is asked for', async (option) => {
    const { status, stdout, stderr } = await run(option, '-c', '/does/not/exist');
    expect(stdout).toMatch(/^(No USB serial devices found|\/dev\/\S+)\n/);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

/** Whether a PHC string is the scrypt of a password, by its own parameters. */
function isHashOf(password: string, phc: string): boolean {
  const found = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)\n$/.exec(phc);
  const [ln, r, p] = (found?.slice(1, 4) ?? []).map(Number);
  const [salt, key] = (found?.slice(4) ?? []).map((text) => Buffer.from(text, 'base64'));
  if (!ln || !r || !p || !salt || !key) return false;
  return scryptSync(password, salt, key.length, { N: 2 ** ln, r, p, maxmem: 2 ** 28 }).equals(key);
}

describe('--hash-password', () => {
  it.each(['mysecretpassword', '-starts-with-a-dash', 'žluťoučký 🐎'])('hashes %j', async (password) => {
    const { status, stdout, stderr } = await run('--hash-password', password);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(isHashOf(password, stdout)).toBe(true);
    expect(stdout).not.toContain(password);
  });

  it.each([
    ['one line\n', 'one line'],
    ['one line\r\n', 'one line'],
    [' no line end ', ' no line end '],
  ])('reads %j from stdin for -', async (input, password) => {
    const program = new Program(['--hash-password', '-']);
    program.child.stdin.end(input);
    const { status, stdout, stderr } = await program.ended;
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(isHashOf(password, stdout)).toBe(true);
  });

  it('makes what a configuration accepts, and never the same twice', async () => {
    const [first, second] = await Promise.all([run('--hash-password', 'x'), run('--hash-password', 'x')]);
    expect(first.stdout).not.toBe(second.stdout);
    const users = [{ login: 'a', password: first.stdout.trim() }];
    const program = new Program(['-v', '-c', await configFile({ users })]);
    await program.said(/serving /);
  });
});

const TOO_MANY = 'error: too many arguments. Expected 0 arguments but got 1.\n';

describe('a mistake on the command line ends the program with a sentence and status 2', () => {
  it.each<[string[], string]>([
    [['--speed', '9600'], "error: unknown option '--speed'\n"],
    [['-x'], "error: unknown option '-x'\n"],
    [['--verbos'], "error: unknown option '--verbos'\n(Did you mean --verbose?)\n"],
    [['-c'], "error: option '-c, --config <CONFIG>' argument missing\n"],
    [['--hash-password'], "error: option '--hash-password <PASSWORD>' argument missing\n"],
    [['ser2tcp.json'], `${TOO_MANY}Did you mean -c ser2tcp.json?\n`],
    [['instal-service'], `${TOO_MANY}The commands are install-service and uninstall-service\n`],
    [
      ['-c', '/does/not/exist.json'],
      'ser2tcp: Cannot read the configuration /does/not/exist.json: there is no such file\n',
    ],
    [['-c', '/'], 'ser2tcp: Cannot read the configuration /: it is a folder\n'],
    [
      ['-c', '/dev/null/config.json'],
      'ser2tcp: Cannot read the configuration /dev/null/config.json: a part of its path is not a folder\n',
    ],
    [['-c', '/dev/null'], 'ser2tcp: /dev/null is not JSON: it is empty\n'],
    [
      ['install-service', '--dry-run', '--hash-password', 'x'],
      "error: option '--hash-password <PASSWORD>' cannot be used with install-service\n",
    ],
    [
      ['install-service', '--dry-run', '--check'],
      "error: option '--check' cannot be used with install-service\n",
    ],
    [
      ['-u', 'uninstall-service', '--dry-run'],
      "error: option '-u, --usb' cannot be used with uninstall-service\n",
    ],
    [
      ['uninstall-service', '--dry-run', '-c', 'ser2tcp.json'],
      "error: option '-c, --config <CONFIG>' cannot be used with uninstall-service\n",
    ],
  ])('%j', async (args, stderr) => {
    expect(await run(...args)).toEqual({ status: 2, stdout: '', stderr });
  });
});

describe('a configuration that cannot be used ends the program with sentences and status 2', () => {
  const OK =
    '"ports": [{"serial": {"port": "loop://"}, "servers": [{"protocol": "tcp", "address": "127.0.0.1", "port": 0}]}]';
  const HASH = 'must be a password hash; make one with: ser2tcp --hash-password PASSWORD';

  it.each<[string, string[], string[]]>([
    [
      'a list that is not closed',
      [`{${OK},`, ' "http": ['],
      ['FILE is not JSON: close bracket expected at line 2, column 11'],
    ],
    ['a comma too many', [`{${OK},`, '}'], ['FILE is not JSON: property name expected at line 2, column 1']],
    [
      'no JSON at all',
      ['[ports]', 'baudrate = 9600'],
      ['FILE is not JSON: invalid symbol at line 1, column 2'],
    ],
    ['brackets without end', ['['.repeat(50_000)], ['FILE is not JSON: it is nested too deeply']],
    [
      'lists without end',
      ['['.repeat(200) + ']'.repeat(200)],
      ['The configuration must not be nested more than 100 levels deep'],
    ],
    [
      'a text',
      ['"ports"'],
      ['The configuration must be an object in braces, or a list of ports (line 1, column 1)'],
    ],
    [
      'no lists',
      ['{"ports": {},', ' "http": 1, "users": "x",', ' "tokens": {}}'],
      [
        'ports: must be a list in brackets (line 1, column 2)',
        'http: must be a list in brackets (line 2, column 2)',
        'users: must be a list in brackets (line 2, column 13)',
        'tokens: must be a list in brackets (line 3, column 2)',
      ],
    ],
    [
      'mistakes in users, tokens and the timeout',
      [
        `{${OK},`,
        ' "session_timeout": "1h",',
        ' "users": [{"login": "a", "password": "hunter2"}, {"login": ""},',
        '           {"login": "a", "password": 7, "admin": "yes", "session_timeout": -1}, 5],',
        ' "tokens": [{"token": "secret-1"},',
        '            {"token": "secret-1", "name": 1, "admin": 2}, {}]}',
      ],
      [
        'session_timeout: must be a number of seconds; 0 switches it off (line 2, column 2)',
        `users[0].password: ${HASH} (line 3, column 27)`,
        'users[1].login: must be a text that is not empty (line 3, column 52)',
        `users[1].password: is missing; it ${HASH} (line 3, column 51)`,
        `users[2].password: ${HASH} (line 4, column 27)`,
        'users[2].admin: must be true or false (line 4, column 42)',
        'users[2].session_timeout: must be a number of seconds; 0 switches it off (line 4, column 58)',
        'users[3]: must be an object in braces (line 4, column 82)',
        'tokens[1].name: must be a text of at most 200 characters (line 6, column 35)',
        'tokens[1].admin: must be true or false (line 6, column 46)',
        'tokens[2].token: is missing; it must be a text that is not empty (line 6, column 59)',
        'users[2].login: is the same as that of users[0] (line 4, column 13)',
        'tokens[1].token: is the same as that of tokens[0] (line 6, column 14)',
      ],
    ],
    [
      'a mistake in the users of an old file',
      ['{"ports": [], "http": {"port": 1, "auth": {', '  "users": [{"login": "a", "password": "x"}]}}}'],
      [`users[0].password: ${HASH} (line 2, column 28)`],
    ],
    [
      'two http entries with other users',
      [
        '{"http": [{"port": 1, "auth": {"users": []}},',
        '{"port": 2, "auth": {"tokens": [{"token": "x"}]}}]}',
      ],
      [
        'http[1].auth: may only hold "users", "tokens" and "session_timeout", the same in all entries; they belong to the root of the file (line 2, column 13)',
      ],
    ],
  ])('%s', async (_what, lines, sentences) => {
    const path = await configFile(lines.join('\n'));
    // Nothing else is said, so nothing was opened: everything that opens says so at this level.
    expect(await run('-vv', '-c', path)).toEqual({
      status: 2,
      stdout: '',
      stderr: sentences.map((sentence) => `ser2tcp: ${sentence.replace('FILE', path)}\n`).join(''),
    });
  });
});

const NOBODY = 65534;
const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
// Node and the program may be where only root gets.
const reachable = spawnSync(process.execPath, [MAIN, '--version'], user).status === 0;
const describeUser = reachable ? describe : describe.skip;

const runAsUser = (args: string[], env: NodeJS.ProcessEnv) =>
  new Promise<Ended>((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], { ...user, env }, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
  });

describeUser('a user without rights', () => {
  const REASON = 'no permission; give the user that runs ser2tcp the right to it and to its folder';

  it('is told so when the configuration cannot be read', async () => {
    const path = await configFile({ ports: [] });
    await chmod(dirname(path), 0o755);
    await chmod(path, 0o000);
    const stderr = `ser2tcp: Cannot read the configuration ${path}: ${REASON}\n`;
    expect(await runAsUser(['-c', path], process.env)).toEqual({ status: 2, stdout: '', stderr });
  });

  it('is told so when the default configuration cannot be made', async () => {
    const home = dirname(await configFile({}));
    await chmod(home, 0o555);
    const path = join(home, '.config', 'ser2tcp', 'config.json');
    const stderr = `ser2tcp: Cannot make the configuration ${path}: ${REASON}. Use -c to name another file\n`;
    const ended = await runAsUser([], { ...process.env, HOME: home });
    await chmod(home, 0o755);
    expect(ended).toEqual({ status: 2, stdout: '', stderr });
  });
});
