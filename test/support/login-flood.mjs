/**
 * Guesses passwords: `node login-flood.mjs <url> <per second>`. When stdin ends, it stops and tells how often each status came.
 */
import { once } from 'node:events';
import { Agent, request } from 'node:http';

const [url, perSecond] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 100 });
const statuses = {};
const asking = [];
let guesses = 0;

function guess() {
  const body = JSON.stringify({ login: `user${++guesses % 7}`, password: `guess ${guesses}` });
  const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
  asking.push(
    new Promise((resolve) => {
      const sent = request(`${url}/api/login`, { method: 'POST', agent, headers }, (answer) => {
        statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
        if (answer.statusCode === 429 && !answer.headers['retry-after']) statuses.bare = true;
        answer.resume().on('end', resolve);
      });
      sent.on('error', (error) => {
        statuses[error.code] = (statuses[error.code] ?? 0) + 1;
        resolve();
      });
      sent.end(body);
    }),
  );
}

const timer = setInterval(guess, 1000 / Number(perSecond));
await once(process.stdin.resume(), 'end');
clearInterval(timer);
await Promise.all(asking);
agent.destroy();
console.log(JSON.stringify(statuses));
