#!/usr/bin/env node
/** `npm run demo`: a device without hardware, on TCP port 10001 and in the browser, until Ctrl-C. */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, setup } from './setup.mjs';

const SERVING = `
ser2tcp serves a loop-back device at 127.0.0.1:10001: what you send comes back.

  browser:  http://127.0.0.1:20080/xterm/demo    (the console: http://127.0.0.1:20080)
  shell:    printf hello | socat -t1 - TCP:127.0.0.1:10001
  end:      Ctrl-C; what you changed is not kept
`;
const TAKEN = `
The demo wants TCP ports 10001 and 20080, and something else has one of them: end that, and the demo goes on within 5 s. Ctrl-C ends it.
`;

setup();
// What is changed in the console goes to a copy.
const folder = mkdtempSync(join(tmpdir(), 'ser2tcp-demo-'));
const config = join(folder, 'demo.json');
copyFileSync(join(root, 'examples', 'demo.json'), config);
const server = spawn(process.execPath, [join(root, 'dist', 'main.js'), '-v', '-c', config], {
  stdio: ['inherit', 'inherit', 'pipe'],
});
let said = '';
server.stderr.on('data', function hear(text) {
  process.stderr.write(text);
  said += text;
  if (!said.includes('] serving ')) return;
  console.log(said.includes(' ERROR ') ? TAKEN : SERVING);
  server.stderr.off('data', hear).pipe(process.stderr);
});
// Ctrl-C reaches the server by itself, as it is in the same process group; a signal to this process alone is passed on. A terminal
// that is closed sends SIGHUP, which a server takes for a wish to read its file again.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => server.kill('SIGTERM'));
process.on('SIGHUP', () => server.kill('SIGTERM'));
server.on('close', (status) => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(status ?? 1);
});
