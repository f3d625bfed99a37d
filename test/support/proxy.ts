import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate } from './certificates.js';
import { freePort } from './free-port.js';

/** A reverse proxy as deploy/ has it, at a free port of this machine. */
export interface Proxy {
  readonly port: number;
}

const running = new Map<ChildProcess, string>();
const deploy = (name: string) => readFile(join(import.meta.dirname, '../../deploy', name), 'utf8');

/** nginx with nothing but what a WebSocket needs, all timeouts as they are by default. */
export async function startPlainNginx(upstream: number): Promise<Proxy> {
  const port = await freePort();
  return nginx(
    port,
    `server { listen 127.0.0.1:${port}; location / {
      proxy_pass http://127.0.0.1:${upstream};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
    } }`,
  );
}

/** deploy/nginx.conf in front of a port, with the certificate of a test. */
export async function startNginx(upstream: number, { certfile, keyfile }: Certificate): Promise<Proxy> {
  const port = await freePort();
  const sample = replaced(await deploy('nginx.conf'), {
    'server 127.0.0.1:20080;': `server 127.0.0.1:${upstream};`,
    'listen 443 ssl;': `listen 127.0.0.1:${port} ssl;`,
    '/etc/ssl/serial.example.crt': certfile,
    '/etc/ssl/serial.example.key': keyfile,
  });
  return nginx(port, sample);
}

async function nginx(port: number, servers: string): Promise<Proxy> {
  const folder = await mkdtemp(join(tmpdir(), 'ser2tcp-nginx-'));
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const config = `daemon off; ${user} worker_processes 1; pid ${folder}/pid; error_log stderr notice;
events {}
http { access_log off; ${paths.join(' ')}
${servers}}`;
  await writeFile(join(folder, 'nginx.conf'), config);
  await start('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], folder, 'start worker process ');
  return { port };
}

/** deploy/Caddyfile in front of a port, with the certificate of a test. */
export async function startCaddy(upstream: number, { certfile, keyfile }: Certificate): Promise<Proxy> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'ser2tcp-caddy-'));
  const options = '{\n\tadmin off\n\tauto_https off\n}\n';
  const sample = replaced(await deploy('Caddyfile'), {
    'reverse_proxy 127.0.0.1:20080': `reverse_proxy 127.0.0.1:${upstream}`,
    'serial.example {': `https://localhost:${port} {\n\tbind 127.0.0.1\n\ttls ${certfile} ${keyfile}`,
  });
  const path = join(folder, 'Caddyfile');
  await writeFile(path, options + sample);
  const args = ['run', '--adapter', 'caddyfile', '--config', path];
  await start('caddy', args, folder, 'serving initial configuration');
  return { port };
}

/** For `afterEach`. */
export async function stopProxies(): Promise<void> {
  for (const [child, folder] of running) {
    if (child.exitCode === null) {
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  }
  running.clear();
}

async function start(command: string, args: string[], folder: string, ready: string): Promise<void> {
  const child = spawn(command, args, { env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder } });
  running.set(child, folder);
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (text: Buffer) => {
      said += text.toString();
      if (said.includes(ready)) resolve();
    });
    child.on('error', reject);
    child.once('close', () => reject(new Error(`${command} ended:\n${said}`)));
  });
}

/** Each text stands in the sample, so that the test is about what the sample says. */
function replaced(sample: string, texts: Record<string, string>): string {
  return Object.entries(texts).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The sample does not say "${from}"`);
    return text.replace(from, to);
  }, sample);
}
