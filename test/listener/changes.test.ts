import { afterEach, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { closeClients, connectTcp } from '../support/client.js';
import { startServer, stopServers, tcp } from '../support/server.js';

interface Written {
  ports: { name: string; serial: { port: string }; servers: Record<string, unknown>[] }[];
}
const config = () => ({
  ports: ['a', 'b'].map((name) => ({ name, serial: { port: 'loop://' }, servers: [tcp()] })),
});

afterEach(async () => {
  closeClients();
  await stopServers();
});

async function echoes(client: Awaited<ReturnType<typeof connectTcp>>, text: string): Promise<void> {
  client.socket.write(text);
  expect(await client.got.text(text.length)).toBe(text);
}

describe('a change of the configuration', () => {
  it('leaves the clients of what it does not touch connected: a server added, a port renamed, another removed', async () => {
    const server = await startServer(config());
    const kept = await connectTcp(server.tcpPort(1));
    await echoes(kept, 'before');
    const removed = await connectTcp(server.tcpPort(0));
    await echoes(removed, 'before');
    await server.config.change((draft) => {
      const { ports } = draft as unknown as Written;
      ports[1]?.servers.push(tcp());
    });
    await echoes(kept, 'more servers');
    await server.config.change((draft) => {
      const { ports } = draft as unknown as Written;
      (ports[1] as { name: string }).name = 'renamed';
    });
    await echoes(kept, 'renamed');
    await server.config.change((draft) => void draft.ports.shift());
    await echoes(kept, 'moved to the first index');
    expect(await removed.ended).toBe('end');
    expect(server.port(0).label).toBe('renamed');
    await echoes(await connectTcp(server.tcpPort(0, 1)), 'the added server');
  });

  it('restarts a server that was changed, on the same address too', async () => {
    const server = await startServer(config());
    const port = server.tcpPort(0);
    const client = await connectTcp(port);
    await echoes(client, 'before');
    await server.config.change((draft) => {
      const { ports } = draft as unknown as Written;
      Object.assign(ports[0]?.servers[0] as object, { port, max_connections: 1 });
    });
    expect(await client.ended).toBe('end');
    await echoes(await connectTcp(port), 'after');
  });

  it('that cannot listen leaves everything as it was: servers, clients and the file', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port: taken } = other.address() as AddressInfo;
    const server = await startServer(config());
    const port = server.tcpPort(0);
    const file = await readFile(server.path, 'utf8');
    const client = await connectTcp(port);
    await echoes(client, 'before');
    const change = server.config.change((draft) => {
      const { ports } = draft as unknown as Written;
      Object.assign(ports[0]?.servers[0] as object, { port: taken });
      ports.push({ name: 'c', serial: { port: 'loop://' }, servers: [tcp()] });
    });
    await expect(change).rejects.toThrow(
      `Cannot listen on 127.0.0.1:${taken}: another program or server has it`,
    );
    await echoes(client, 'still there');
    expect(await readFile(server.path, 'utf8')).toBe(file);
    expect(server.config.current.ports.length).toBe(2);
    await new Promise((resolve) => other.close(resolve));
  });
});
