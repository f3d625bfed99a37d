import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { closeClients } from '../support/client.js';
import type { GuestServer } from '../support/guest-server.js';
import { describeWithRig, Rig } from '../support/rig.js';

/** Devices that cannot be opened, and what the log says. */
const REFUSALS = [
  { what: 'absent', port: '/dev/ttyUSB7', says: 'there is no such device; is it plugged in?' },
  { what: 'a name without hardware', port: '/dev/ttyS5', says: 'there is no hardware behind it' },
  { what: 'a regular file', port: '/etc/passwd', says: 'it is not a serial device' },
  { what: 'a folder', port: '/dev', says: 'it is not a serial device' },
  {
    what: 'of a group that the user is not in',
    port: '/dev/ttyS2',
    prepare: 'chgrp tape /dev/ttyS2',
    restore: 'chgrp dialout /dev/ttyS2',
    says: 'user ser2tcp has no permission; it belongs to group tape: run "sudo usermod -aG tape ser2tcp" and start again after a new login',
  },
  {
    what: 'for nobody but root',
    port: '/dev/ttyUSB1',
    prepare: 'chmod 600 /dev/ttyUSB1',
    restore: 'chmod 660 /dev/ttyUSB1',
    says: 'user ser2tcp has no permission to read and write it',
  },
];

/** The lines of a device while it is open and afterwards, by what the system had set before and the configuration. */
const LINES = [
  { what: 'as the system has them', before: 'hupcl', serial: {}, open: 'DTR=1 RTS=1', closed: 'DTR=0 RTS=0' },
  {
    what: 'kept as the system does',
    before: '-hupcl',
    serial: {},
    open: 'DTR=1 RTS=1',
    closed: 'DTR=1 RTS=1',
  },
  {
    what: 'kept with hupcl false',
    before: 'hupcl',
    serial: { hupcl: false },
    open: 'DTR=1 RTS=1',
    closed: 'DTR=1 RTS=1',
  },
  {
    what: 'dropped with hupcl true',
    before: '-hupcl',
    serial: { hupcl: true },
    open: 'DTR=1 RTS=1',
    closed: 'DTR=0 RTS=0',
  },
  {
    what: 'low when configured so',
    before: 'hupcl',
    serial: { dtr: false },
    open: 'DTR=0 RTS=1',
    closed: 'DTR=0 RTS=0',
  },
];

describeWithRig('a device that is opened', () => {
  let rig: Rig;
  let server: GuestServer;

  beforeAll(async () => {
    rig = await Rig.use();
    // As a service would run: a user of its own, in the group that serial devices belong to.
    await rig.exec('echo ser2tcp:x:1000:20::/:/bin/sh >> /etc/passwd');
    server = await rig.serve(
      [
        { name: 'S1', serial: { port: '/dev/ttyS1', baudrate: 9600 } },
        { name: 'S1 too', serial: { port: '/dev/ttyS1' } },
        { name: 'S1 shared', serial: { port: '/dev/ttyS1', exclusive: false } },
        { name: 'blocked', serial: { port: '/dev/ttyS3', baudrate: 115200, rtscts: true } },
        ...REFUSALS.map(({ what, port }) => ({ name: what, serial: { port } })),
        ...LINES.map(({ what, serial }) => ({ name: what, serial: { port: '/dev/ttyS3', ...serial } })),
      ],
      'ser2tcp',
    );
  }, 200_000);
  afterEach(closeClients);
  afterAll(() => rig?.leave());

  /** Another program has /dev/ttyS1 open: what it does there, as words of the rig's `modem`. */
  async function holder(words: string): Promise<{ pid: string; end: () => Promise<string> }> {
    const command = `modem /dev/ttyS1 ${words} write:ready sleep:600000 > /tmp/holder 2>&1 & echo $!`;
    const pid = (await rig.exec(`${command}; until grep -q write /tmp/holder; do usleep 20000; done`)).trim();
    return { pid, end: () => rig.exec(`kill ${pid}; while [ -d /proc/${pid} ]; do usleep 20000; done`) };
  }

  it('is opened for the first client, and closed after the last', async () => {
    const log = server.logFromNow();
    expect(await server.ttys()).toEqual([]);
    const first = await server.join('S1');
    const open = await server.ttys();
    expect(new Set(open)).toEqual(new Set(['/dev/ttyS1']));
    const second = await server.join('S1');
    first.socket.end().resume();
    await log.said(/ disconnected /);
    expect(await server.ttys()).toEqual(open);
    await server.leave(second);
    expect(await server.ttys()).toEqual([]);
    expect(log.with(/ opened /)).toHaveLength(1);
  });

  it.each(REFUSALS)(
    'is not there for a client when it is $what',
    async ({ what, port, says, prepare, restore }) => {
      if (prepare) await rig.exec(prepare);
      expect(await server.refusal(what)).toBe(`Cannot open ${port}: ${says}`);
      if (restore) await rig.exec(restore);
    },
  );

  it('is left alone, settings and all, while another program has it locked', async () => {
    await rig.exec('stty -F /dev/ttyS1 57600 cs7 parenb parodd cstopb crtscts ixon');
    const { pid, end } = await holder('flock');
    const settings = await rig.exec('stty -g -F /dev/ttyS1');
    expect(await server.refusal('S1')).toBe(
      `Cannot open /dev/ttyS1: it is in use by modem (process ${pid}); stop that, or set "exclusive": false to share it`,
    );
    expect(await rig.exec('stty -g -F /dev/ttyS1')).toBe(settings);
    await end();
    await server.leave(await server.join('S1'));
  });

  it('is shared with a program that has it locked, when the configuration says so', async () => {
    const { end } = await holder('flock');
    await server.leave(await server.join('S1 shared'));
    await end();
  });

  it('is refused while another program has it for itself alone', async () => {
    const { end } = await holder('excl');
    expect(await server.refusal('S1')).toBe(
      'Cannot open /dev/ttyS1: another program holds it for itself alone',
    );
    await end();
  });

  it('is refused while another port of the same server has it', async () => {
    const client = await server.join('S1');
    expect(await server.refusal('S1 too')).toBe(
      'Cannot open /dev/ttyS1: another port of this server has it open',
    );
    await server.leave(client);
  });

  it.each(LINES)('has its lines $what', async ({ what, before, open, closed }) => {
    await rig.exec(`stty -F /dev/ttyS3 ${before}`);
    const client = await server.join(what);
    expect(await rig.lines('S3')).toContain(`from guest: ${open}`);
    await server.leave(client);
    expect(await rig.lines('S3')).toContain(`from guest: ${closed}`);
  });

  it('is closed although it takes nothing, and what it did not get is told', async () => {
    await rig.lines('S3', '-cts');
    const log = server.logFromNow();
    const client = await server.join('blocked');
    client.socket.write(Buffer.alloc(20_000));
    await rig.exec("until modem /dev/ttyS3 queue | grep 'out=[1-9]'; do usleep 20000; done");
    client.socket.resetAndDestroy();
    await log.said(/ closed \/dev\/ttyS3/);
    expect(log.with(/bytes from clients did not reach/)).toHaveLength(1);
    await rig.lines('S3', '+cts');
  });
});
