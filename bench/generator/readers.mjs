/** Readers of the live status, for as long as this process runs: each takes all that it gets. */
import { get } from 'node:http';
import { finish, job, readyAsync } from './child.mjs';

await readyAsync();
let lines = 0;
const begun = await Promise.all(
  Array.from({ length: job.readers }, () => {
    const { promise, resolve, reject } = deferred();
    const request = get({ host: '127.0.0.1', port: job.http, path: '/api/status?stream=1' }, (response) => {
      response.on('data', (chunk) => {
        lines += chunk.toString('latin1').split('\n').length - 1;
        resolve();
      });
      response.on('close', () => fail('a reader was dropped'));
    });
    request.on('error', reject);
    return promise;
  }),
);
finish({ readers: begun.length, lines });

function deferred() {
  let resolve, reject;
  const promise = new Promise((...ways) => ([resolve, reject] = ways));
  return { promise, resolve, reject };
}

function fail(what) {
  throw new Error(what);
}
