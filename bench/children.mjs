/** The processes of a run. They are ended by handle, each of them, whatever ends the run. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const running = new Set();

/** Starts a program; what it says on stderr is shown only when it fails by itself. */
export function launch(command, args, stdio) {
  const child = spawn(command, args, { stdio });
  running.add(child);
  let said = '';
  child.stderr?.on('data', (text) => (said = (said + text).slice(-4000)));
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(signal ?? `status ${code}: ${said.trim()}`));
  });
  void ended.then(() => running.delete(child));
  const alive = () => child.exitCode === null && child.signalCode === null && child.pid !== undefined;
  return { pid: child.pid, child, ended, alive, stop: () => (child.kill('SIGKILL'), ended) };
}

export function stopAll() {
  for (const child of running) child.kill('SIGKILL');
}

/** Without this an interrupted run would leave servers and busy loops behind. */
export function stopAllOnExit() {
  process.on('exit', stopAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
}

/**
 * A part of the load generator in a process of its own. It says when it is ready, begins at `go`, and answers with one
 * object. `fds` are handed to it from descriptor 3 on.
 */
export async function generate(script, job, fds = []) {
  const path = fileURLToPath(new URL(`generator/${script}.mjs`, import.meta.url));
  const process_ = launch(process.execPath, [path, JSON.stringify(job)], ['pipe', 'pipe', 'pipe', ...fds]);
  const { child, ended, stop } = process_;
  const lines = lineReader(child.stdout);
  const next = () =>
    Promise.race([
      lines().then(JSON.parse),
      ended.then((how) => Promise.reject(new Error(`the generator (${script}) ended: ${how}`))),
    ]);
  await next();
  const go = () => {
    child.stdin.write('go\n');
    const result = next();
    result.catch(() => {});
    return result;
  };
  return { go, stop };
}

/** Lines of a stream, one for each call. */
function lineReader(stream) {
  const iterator = stream.setEncoding('utf8')[Symbol.asyncIterator]();
  let rest = '';
  return async () => {
    while (!rest.includes('\n')) {
      const { value, done } = await iterator.next();
      if (done) return new Promise(() => {});
      rest += value;
    }
    const end = rest.indexOf('\n');
    const line = rest.slice(0, end);
    rest = rest.slice(end + 1);
    return line;
  };
}
