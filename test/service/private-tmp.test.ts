import { afterEach, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { checkConfig } from '../../src/config/check.js';
import { issueText } from '../../src/config/issues.js';
import { hiddenSockets, readMountinfo, watchHiddenSockets } from '../../src/service/private-tmp.js';
import { startServer, stopServers } from '../support/server.js';

afterEach(stopServers);

const SERVICE = `33 1 254:0 / / ro,relatime shared:1 - ext4 /dev/vda ro
61 33 254:0 /tmp/systemd-private-0f3-ser2tcp.service-aB1/tmp /tmp rw,relatime shared:2 - ext4 /dev/vda rw
62 33 254:0 /var/tmp/systemd-private-0f3-ser2tcp.service-aB2/tmp /var/tmp rw,relatime shared:3 - ext4 /dev/vda rw
`;
const config = checkConfig({
  ports: [
    {
      serial: { port: 'loop://' },
      servers: ['/run/x.sock', '/tmp/ser2tcp.sock', '/var/tmp/y.sock', '/tmpfs/z.sock'].map((address) => ({
        protocol: 'socket',
        address,
      })),
    },
  ],
});

it('a socket below a /tmp that the service has for itself is told', () => {
  expect(hiddenSockets(config, SERVICE).map((issue) => issueText(issue))).toEqual([
    'ports[0].servers[1].address: nobody else sees /tmp/ser2tcp.sock, as this service has a /tmp of its own (PrivateTmp); take a path below /run/ser2tcp',
    'ports[0].servers[2].address: nobody else sees /var/tmp/y.sock, as this service has a /var/tmp of its own (PrivateTmp); take a path below /run/ser2tcp',
  ]);
});

it('and no other one', async () => {
  expect(hiddenSockets(config, await readMountinfo())).toEqual([]);
});

it('is told when a change brings it, and only once', async () => {
  const folder = await mkdtemp('/tmp/ser2tcp-test-');
  const at = (name: string) => ({
    serial: { port: 'loop://' },
    servers: [{ protocol: 'socket', address: `${folder}/${name}.sock` }],
  });
  const server = await startServer({ ports: [at('first')] });
  const told: string[] = [];
  watchHiddenSockets(server.config, SERVICE, ({ path, message }) => told.push(`${path}: ${message}`));
  await server.config.change(({ ports }) => void ports.unshift(at('new')));
  await server.config.change(({ ports }) => void ports.push(ports.shift()));
  expect(told).toEqual([
    expect.stringContaining(`ports[0].servers[0].address: nobody else sees ${folder}/new.sock, `),
  ]);
  await server.stop();
  await rm(folder, { recursive: true });
});
