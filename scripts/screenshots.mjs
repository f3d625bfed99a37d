#!/usr/bin/env node
/**
 * Pictures of the console. `npm run screenshots` writes those of docs/; with a folder, every page goes there at the widths
 * of a phone, a laptop and a wall screen, light and dark: `npm run screenshots -- DIR [PART OF A NAME…]`, such as `settings`
 * or `phone-dark`.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { root } from './setup.mjs';
import { invent } from './screenshots/invent.mjs';
import { scenes, SWITCH_PORT } from './screenshots/scenes.mjs';
import { now, ports, snapshot } from './screenshots/world.mjs';

const SIZES = { phone: [390, 844], laptop: [1280, 800], wall: [1920, 1080] };
const DOCS = [
  ['ports', 'laptop', 'light', 'console-ports'],
  ['ports', 'laptop', 'dark', 'console-ports-dark'],
  ['editor-new', 'laptop', 'light', 'console-editor'],
  ['terminals', 'laptop', 'dark', 'console-terminals'],
];
const PASSWORD = `sha256:salt:${createHash('sha256').update('salta password').digest('hex')}`;
const TOKEN = 'the-token-of-the-pictures';

const LOOP = {
  name: 'Switch 3',
  serial: { port: 'loop://' },
  servers: [
    { protocol: 'tcp', address: '127.0.0.1', port: SWITCH_PORT },
    {
      protocol: 'websocket',
      endpoint: 'switch-3',
      control: { rts: true, dtr: true, signals: ['cts', 'dsr'] },
    },
  ],
};
const CONFIGS = {
  bench: { ports: [...ports.map(here), LOOP] },
  empty: { ports: [] },
  accounts: {
    ports: [],
    users: [
      { login: 'anna', password: PASSWORD, admin: true },
      { login: 'boris', password: PASSWORD, session_timeout: 3600 },
    ],
    tokens: [
      { token: TOKEN, name: 'pipeline', admin: true },
      { token: 'another-token-of-them', name: 'monitoring' },
    ],
  },
};

/** Nothing of this is served to others. */
function here(port) {
  const servers = port.servers.map((server) =>
    server.protocol === 'socket' || server.protocol === 'websocket'
      ? server
      : { ...server, address: '127.0.0.1' },
  );
  return { ...port, servers };
}

async function serve(name, folder) {
  const file = join(folder, `${name}.json`);
  const http = [{ name: 'main', address: '127.0.0.1', port: 0 }];
  await writeFile(file, JSON.stringify({ ...CONFIGS[name], http }));
  const child = spawn(process.execPath, [join(root, 'dist', 'main.js'), '-v', '-c', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await new Promise((resolve, reject) => {
    let said = '';
    const hear = (text) => {
      said += text;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (found) resolve(found[0]);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', () => reject(new Error(said)));
  });
  return { url, end: () => child.kill() };
}

async function picture(browser, servers, [name, size, scheme, file]) {
  const scene = scenes[name];
  const [width, height] = SIZES[size];
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const storage = { ...scene.storage, ...(scene.login && { 'ser2tcp:/session': TOKEN }) };
  await page.addInitScript((items) => {
    for (const [key, value] of Object.entries(items)) sessionStorage.setItem(key, value);
  }, storage);
  if (scene.live) {
    await page.clock.install({ time: now });
    await page.addInitScript(invent, { snapshot, lost: scene.live === 'lost' });
  }
  await page.goto(servers[scene.server ?? 'bench'].url + scene.path);
  await page.locator('main, [role=dialog]').first().waitFor();
  if (scene.live) await page.clock.runFor(61_000);
  await scene.ready(page);
  await page.waitForTimeout(400);
  await page.screenshot({ path: file, fullPage: !file.includes('docs') && size !== 'wall' });
  await context.close();
}

const [folder, ...wanted] = process.argv.slice(2);
const jobs = folder
  ? Object.keys(scenes)
      .flatMap((name) =>
        Object.keys(SIZES).flatMap((size) => ['light', 'dark'].map((scheme) => [name, size, scheme])),
      )
      .map((job) => [...job, join(folder, `${job.join('-')}.png`)])
      .filter(([, , , file]) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  : DOCS.map(([name, size, scheme, file]) => [name, size, scheme, join(root, 'docs', `${file}.png`)]);
if (folder) await mkdir(folder, { recursive: true });
const work = await mkdtemp(join(tmpdir(), 'ser2tcp-screenshots-'));
const servers = {};
for (const name of Object.keys(CONFIGS)) servers[name] = await serve(name, work);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox'],
});
try {
  for (const job of jobs) {
    await picture(browser, servers, job).catch((error) => {
      console.error(`${job[0]} ${job[1]}: ${error.message.split('\n')[0]}`);
      process.exitCode = 1;
    });
  }
} finally {
  await browser.close();
  for (const { end } of Object.values(servers)) end();
  await rm(work, { recursive: true });
}
