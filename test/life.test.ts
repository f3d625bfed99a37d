import { afterEach, describe, expect, it } from '@jest/globals';
import { StateFile } from '../src/auth/state-file.js';
import { Life } from '../src/life.js';
import { closeClients, connectTcp } from './support/client.js';
import { startServer, stopServers, tcp } from './support/server.js';

afterEach(async () => {
  closeClients();
  await stopServers();
});

describe('the end of the program', () => {
  it('is the same for all others when a part fails, and the log has the reason', async () => {
    const server = await startServer({ ports: [{ serial: { port: 'loop://' }, servers: [tcp()] }] });
    const client = await connectTcp(server.tcpPort());
    await server.log.line(/ connected /);
    const state = server.get(StateFile);
    let full = false;
    await new Promise<void>((saved) => {
      const save = () => {
        if (full) throw new Error('there is no room for it');
        saved();
      };
      state.part('test', { save, load: () => {} });
      state.changed();
    });
    full = true;
    // What comes so soon after the last time is written at the end.
    state.changed();
    await server.get(Life).stop();
    await server.log.line(/^ERROR \[ser2tcp\] the end was not in order: there is no room for it$/);
    await server.log.line(/ the server stops$/);
    expect(await client.ended).toBe('end');
  });
});
