import { expect, it } from '@jest/globals';
import { checkConfig } from '../../src/config/check.js';
import { issueText } from '../../src/config/issues.js';
import { hiddenSockets, readMountinfo } from '../../src/service/private-tmp.js';

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
