/** The commands of README and docs/, in the order of each page, as somebody who follows it would give them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describeWith } from '../support/needs.js';
import { BLOCKS, type Block, blocksOf, PAGES, PROJECT } from '../support/pages.js';
import { closePtys, openPty } from '../support/pty.js';
import { hasNetworks, Scratch } from '../support/scratch.js';

const PASSWORD = 'my password';
const TOKEN = 'TOKEN';
const hash = `sha256:00:${createHash('sha256').update(`00${PASSWORD}`).digest('hex')}`;

/** What the pages speak of when they start nothing themselves. */
const sample = (folder: string, ssl: object[]) => ({
  ports: [
    {
      name: 'router',
      serial: { port: 'loop://' },
      servers: [
        { protocol: 'tcp', address: '127.0.0.1', port: 10001 },
        { protocol: 'telnet', address: '127.0.0.1', port: 10002 },
        { protocol: 'socket', address: join(folder, 'run', 'router.sock') },
        { protocol: 'websocket', endpoint: 'my-device' },
        ...ssl,
      ],
    },
  ],
  http: [{ address: '127.0.0.1', port: 20080 }],
  users: [{ login: 'admin', password: hash, admin: true }],
  tokens: [{ token: TOKEN, name: 'sample', admin: true }],
});
/** With a certificate where a page has clients for it, and for clients with certificates where they have some. */
function sslServers(page: string): object[] {
  const commands = blocksOf('sh client')
    .filter((block) => block.page === page)
    .map(({ text }) => text)
    .join('');
  if (!commands.includes('ca.crt')) return [];
  const files = { certfile: 'server.crt', keyfile: 'server.key' };
  const ssl = commands.includes('client.crt') ? { ...files, ca_certs: 'ca.crt' } : files;
  return [{ protocol: 'ssl', address: '127.0.0.1', port: 10003, ssl }];
}

const isConfig = ({ fence, text }: Block) => fence === 'json' && 'ports' in (JSON.parse(text) as object);
const CERTIFICATES = blocksOf('sh').find(({ text }) => text.includes('openssl x509'));

async function prepare(page: string): Promise<Scratch> {
  const scratch = await Scratch.open();
  const { folder } = scratch;
  const ssl = sslServers(page);
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  const config = BLOCKS.find((block) => block.page === page && isConfig(block));
  if (config) await write('ser2tcp.json', config.text);
  await write('token.header', `Authorization: Bearer ${TOKEN}`);
  await write('password.txt', `${PASSWORD}\n`);
  await mkdir(join(folder, 'run'));
  await mkdir(join(folder, '.config', 'ser2tcp'), { recursive: true });
  await write('.config/ser2tcp/config.json', JSON.stringify(sample(folder, ssl)));
  if (blocksOf('sh serve').some((block) => block.page === page)) return scratch;
  if (ssl.length > 0) await scratch.run(CERTIFICATES?.text ?? 'false');
  await scratch.serve('ser2tcp -v');
  return scratch;
}

const RUN = ['sh', 'sh serve', 'sh client', 'js', 'ts'] as const;
const followed = PAGES.filter((page) => blocksOf(...RUN).some((block) => block.page === page));

/** Where the system gives no network of its own, the fixed ports of the pages may be somebody else's. */
const describeHere = hasNetworks() ? describe : describe.skip;
const PROGRAMS = ['ip', 'curl', 'jq', 'socat', 'openssl', 'telnet'] as const;

describeHere('in a network of his own', () =>
  describeWith(PROGRAMS, 'somebody who follows a page', () => {
    let scratch: Scratch;
    afterAll(closePtys);

    it('finds pages with commands', () => expect(followed.length).toBeGreaterThan(6));

    describe.each(followed)('%s', (page) => {
      beforeAll(async () => {
        scratch = await prepare(page);
      }, 60_000);
      afterAll(() => scratch.close());

      const here = blocksOf(...RUN).filter((block) => block.page === page);
      it.each(here.map((block) => [block.place, block] as const))(
        '%s works',
        async (_place, { fence, text: written }) => {
          const text = written.replaceAll('/run/ser2tcp/', `${scratch.folder}/run/`);
          if (fence === 'sh') await scratch.run(text, { SER2TCP_TOKEN: TOKEN });
          else if (fence === 'sh serve') await scratch.serve(text);
          else if (fence === 'sh client') await scratch.type(text, 'there and back');
          else if (fence === 'js') await runScript(scratch, text);
          else await runTypeScript(scratch, text);
        },
        90_000,
      );
    });

    describe.each(blocksOf('yaml workflow').map((block) => [block.page, block] as const))(
      '%s',
      (page, block) => {
        beforeAll(async () => {
          scratch = await prepare(page);
        }, 60_000);
        afterAll(() => scratch.close());

        it('has a workflow whose steps flash a board and see it boot', async () => {
          expect(block.text).toBe(await readFile(join(PROJECT, 'examples/pipeline/workflow.yml'), 'utf8'));
          const { steps, env } = (parse(block.text) as Workflow).jobs['board'] as Job;
          const board = await bootingBoard();
          await writeFile(
            join(scratch.folder, 'board.json'),
            JSON.stringify({ ...BOARD, serial: { port: board.path } }),
          );
          await writeFile(join(scratch.folder, 'firmware.bin'), 'firmware\n');
          await copyFile(join(PROJECT, 'examples/pipeline/device.sh'), join(scratch.folder, 'device.sh'));
          const secrets = Object.entries(env).map(([name, value]) => [
            name,
            value.replace(/\$\{\{.*\}\}/, TOKEN),
          ]);
          for (const { run } of steps) if (run) await scratch.run(run, Object.fromEntries(secrets) as Env);
          expect(board.got()).toMatch(/^firmware\n/);
          expect(await readFile(join(scratch.folder, 'console.log'), 'utf8')).toContain('board login:');
        }, 60_000);
      },
    );

    it.each(blocksOf('yaml prometheus').map((block) => [block.place, block.text]))(
      '%s scrapes what is served',
      async (_place, text) => {
        scratch = await prepare('docs/monitoring.md');
        const { scrape_configs: jobs } = parse(text) as { scrape_configs: Scrape[] };
        for (const { authorization, static_configs: targets } of jobs) {
          const credentials = `--header 'Authorization: Bearer ${authorization.credentials}'`;
          const url = `http://${targets[0]?.targets[0]}/metrics`;
          expect(await scratch.run(`curl -sS --fail ${credentials} ${url}`)).toContain('ser2tcp_port_up{');
        }
        await scratch.close();
      },
      60_000,
    );
  }),
);

type Env = Record<string, string>;
interface Job {
  env: Env;
  steps: { run?: string }[];
}
interface Workflow {
  jobs: Record<string, Job>;
}
interface Scrape {
  authorization: { credentials: string };
  static_configs: { targets: string[] }[];
}

const BOARD = JSON.parse(
  blocksOf('json').find(({ page, text }) => page === 'docs/pipelines.md' && text.includes('"board"'))?.text ??
    '{}',
) as object;

/** A board that asks for a login after each line. */
async function bootingBoard() {
  const pty = await openPty();
  let got = '';
  pty.got.on('data', (data: Buffer) => {
    got += data.toString();
    if (got.endsWith('\n')) pty.send.write('starting\r\nboard login: ');
  });
  return { path: pty.path, got: () => got };
}

/** A script for browsers: with a WebSocket where Node has none, and the address of this server. */
async function runScript(scratch: Scratch, text: string): Promise<void> {
  const script = `import { WebSocket } from 'ws'; const token = '${TOKEN}';
${text.replace('wss://serial.example', 'ws://127.0.0.1:20080')}
ws.addEventListener('message', ({ data }) => {
  if (typeof data === 'string') return;
  console.log(Buffer.from(data).toString());
  process.exit();
});`;
  await writeFile(join(scratch.folder, 'script.mjs'), script);
  expect(await scratch.run('node script.mjs')).toContain('hello');
}

/** Compiled as strictly as can be, bundled, and run. */
async function runTypeScript(scratch: Scratch, text: string): Promise<void> {
  const compilerOptions = {
    target: 'ES2023',
    module: 'esnext',
    moduleResolution: 'bundler',
    types: ['node'],
    strict: true,
    noEmit: true,
  };
  await mkdir(join(scratch.folder, 'job'));
  await writeFile(join(scratch.folder, 'job.ts'), text);
  await writeFile(
    join(scratch.folder, 'job', 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['../job.ts'] }),
  );
  const printed = await scratch.run(
    `node node_modules/typescript/bin/tsc -p job
node node_modules/vite/bin/vite.js build --logLevel error --ssr job.ts --outDir job/out
node job/out/job.js`,
    { SER2TCP_TOKEN: TOKEN },
  );
  expect(printed).toBe('offline\n');
}
