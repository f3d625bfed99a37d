import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { loadTls, type LoadedTls } from '../../src/net/tls-context.js';
import { TlsWatch, type TlsWatchOptions } from '../../src/net/tls-watch.js';
import { issue, makeCertificates, type Certificate, type Certificates } from '../support/certificates.js';
import { describeWith } from '../support/needs.js';

const INTERVAL = 10;

/** A watch and what it has reported so far, in order. */
class Watched {
  readonly reports: unknown[] = [];
  readonly #events = new EventEmitter();
  readonly #watch: TlsWatch;
  #read = 0;

  constructor(loaded: LoadedTls, changed: TlsWatchOptions['changed'] = () => {}) {
    const report = (what: unknown) => {
      this.reports.push(what);
      this.#events.emit('report');
    };
    this.#watch = new TlsWatch(loaded, {
      changed: (next) => {
        changed(next);
        report(next);
      },
      failed: report,
      interval: INTERVAL,
    });
  }

  async next(): Promise<unknown> {
    if (this.#read === this.reports.length) await once(this.#events, 'report');
    return this.reports[this.#read++];
  }

  /** The next that is no failure. */
  async nextLoaded(): Promise<LoadedTls> {
    for (;;) {
      const report = await this.next();
      if (!(report instanceof Error)) return report as LoadedTls;
    }
  }

  close(): void {
    this.#watch.close();
  }
}

async function copyPair(from: Certificate, to: Certificate): Promise<void> {
  await copyFile(from.certfile, to.certfile);
  await copyFile(from.keyfile, to.keyfile);
}

/** Timers that keep the process alive. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

describeWith(['openssl'], 'A watch on the files of a TLS server', () => {
  let made: Certificates;
  let renewed: Certificate;
  let folder: string;
  const open: Watched[] = [];

  beforeAll(async () => {
    made = await makeCertificates();
    renewed = await issue(made.ca, made.folder, 'renewed', { altNames: 'DNS:localhost,IP:127.0.0.1' });
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(made.folder, 'live-'));
  });
  afterEach(() => {
    for (const watched of open.splice(0)) watched.close();
  });
  afterAll(() => made.remove());

  function watch(loaded: LoadedTls, changed?: TlsWatchOptions['changed']): Watched {
    const watched = new Watched(loaded, changed);
    open.push(watched);
    return watched;
  }

  /** Waits for the report of a younger watch, so that the older ones had time to look again. */
  async function anotherLook(): Promise<void> {
    const loaded = await loadTls(made.server);
    await watch({ ...loaded, state: 'of other files' }).next();
  }

  const pairIn = (...path: string[]): Certificate => ({
    certfile: join(folder, ...path, 'server.crt'),
    keyfile: join(folder, ...path, 'server.key'),
  });

  async function link(name: keyof Certificate, pair: Certificate): Promise<void> {
    await symlink(pair[name], join(folder, 'link'));
    await rename(join(folder, 'link'), pairIn()[name]);
  }

  async function copiedServer(): Promise<Certificate> {
    await copyPair(made.server, pairIn());
    return pairIn();
  }

  /** Puts the server's pair where it is loaded from, and returns how it is renewed. */
  type Deploy = () => Promise<() => Promise<void>>;

  const inPlace: Deploy = async () => {
    await copiedServer();
    return () => copyPair(renewed, pairIn());
  };

  /** As `cp -p` and `rsync -t` may: the inode, the size and the modification time stay. */
  async function overwrite(pair: Certificate): Promise<void> {
    for (const name of ['certfile', 'keyfile'] as const) {
      await writeFile(pairIn()[name], (await readFile(pair[name], 'utf8')).padEnd(4096, '\n'));
      await utimes(pairIn()[name], 0, 0);
    }
  }

  const unseenByTime: Deploy = async () => {
    await overwrite(made.server);
    return () => overwrite(renewed);
  };

  const byRename: Deploy = async () => {
    await copiedServer();
    return async () => {
      await mkdir(join(folder, 'new'));
      await copyPair(renewed, pairIn('new'));
      await rename(pairIn('new').keyfile, pairIn().keyfile);
      await rename(pairIn('new').certfile, pairIn().certfile);
    };
  };

  /** certbot: each name is a link into an archive, removed and made again. */
  const byLinks: Deploy = async () => {
    await link('certfile', made.server);
    await link('keyfile', made.server);
    return async () => {
      for (const name of ['certfile', 'keyfile'] as const) {
        await rm(pairIn()[name]);
        await link(name, renewed);
      }
    };
  };

  /** Kubernetes: the names are links through `..data`, itself a link that is renamed over the old one. */
  const byFolderLink: Deploy = async () => {
    const publish = async (version: string, pair: Certificate) => {
      await mkdir(join(folder, version));
      await copyPair(pair, pairIn(version));
      await symlink(version, join(folder, '..data_tmp'));
      await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    await publish('..1', made.server);
    await symlink('..data/server.crt', pairIn().certfile);
    await symlink('..data/server.key', pairIn().keyfile);
    return () => publish('..2', renewed);
  };

  it.each([
    ['written in place', inPlace],
    ['of the same size and age', unseenByTime],
    ['renamed over the old ones', byRename],
    ['reached through new links', byLinks],
    ['in a folder that a link is turned to', byFolderLink],
  ])('loads new files that are %s', async (_how, deploy) => {
    const renew = await deploy();
    const watched = watch(await loadTls(pairIn()));
    await renew();
    const { options, files } = await watched.nextLoaded();
    expect(options).toMatchObject({
      cert: expect.stringContaining(await readFile(renewed.certfile, 'utf8')),
      key: expect.stringContaining(await readFile(renewed.keyfile, 'utf8')),
    });
    expect(files).toEqual(pairIn());
  });

  it('loads a new file of authorities', async () => {
    const ca_certs = join(folder, 'ca.crt');
    await copyFile(made.ca.certfile, ca_certs);
    const watched = watch(await loadTls({ ...made.server, ca_certs }));
    await copyFile(made.otherCa.certfile, ca_certs);
    expect(await watched.nextLoaded()).toMatchObject({
      options: { ca: await readFile(made.otherCa.certfile, 'utf8'), rejectUnauthorized: true },
    });
  });

  it('notices a second renewal like the first', async () => {
    const watched = watch(await loadTls(await copiedServer()));
    await copyPair(renewed, pairIn());
    await watched.nextLoaded();
    await copyPair(made.server, pairIn());
    expect(await watched.nextLoaded()).toMatchObject({
      options: { cert: await readFile(made.server.certfile, 'utf8') },
    });
  });

  it('notices a change that was made before it was started', async () => {
    const loaded = await loadTls(await copiedServer());
    await copyPair(renewed, pairIn());
    expect(await watch(loaded).next()).toMatchObject({
      options: { cert: await readFile(renewed.certfile, 'utf8') },
    });
  });

  it('tells each broken state once, and loads the files when they are whole', async () => {
    const watched = watch(await loadTls(await copiedServer()));
    await link('keyfile', renewed);
    expect(await watched.next()).toMatchObject({ code: 'TLS_FILES_INVALID', key: 'keyfile' });
    await anotherLook();
    await anotherLook();
    await rm(pairIn().certfile);
    expect(await watched.next()).toMatchObject({ code: 'TLS_FILES_INVALID', key: 'certfile' });
    await anotherLook();
    await anotherLook();
    await link('certfile', renewed);
    expect(await watched.next()).toMatchObject({ files: pairIn() });
    await anotherLook();
    expect(watched.reports).toHaveLength(3);
  });

  it('tells that the files are again what they were', async () => {
    await link('certfile', made.server);
    await link('keyfile', made.server);
    const aside = join(folder, 'aside');
    const watched = watch(await loadTls(pairIn()));
    await rename(pairIn().keyfile, aside);
    expect(await watched.next()).toMatchObject({ key: 'keyfile' });
    await rename(aside, pairIn().keyfile);
    expect(await watched.next()).toMatchObject({ files: pairIn() });
  });

  it('is silent while nothing changes', async () => {
    const watched = watch(await loadTls(await copiedServer()));
    await anotherLook();
    await anotherLook();
    expect(watched.reports).toEqual([]);
  });

  it('is silent after it was closed', async () => {
    const watched = watch(await loadTls(await copiedServer()));
    watched.close();
    await copyPair(renewed, pairIn());
    await anotherLook();
    await anotherLook();
    expect(watched.reports).toEqual([]);
  });

  it('may be closed by what it calls', async () => {
    const watched: Watched = watch(await loadTls(await copiedServer()), () => watched.close());
    await copyPair(renewed, pairIn());
    await watched.nextLoaded();
    const reported = watched.reports.length;
    await copyPair(made.server, pairIn());
    await anotherLook();
    await anotherLook();
    expect(watched.reports).toHaveLength(reported);
  });

  it('tells what the server makes of the new files, and hands them over again', async () => {
    const refusals = [new Error('not now')];
    const loaded = await loadTls(await copiedServer());
    await copyPair(renewed, pairIn());
    const watched = watch(loaded, () => {
      const refusal = refusals.pop();
      if (refusal) throw refusal;
    });
    expect(await watched.next()).toMatchObject({ message: 'not now' });
    expect(await watched.next()).toMatchObject({ files: pairIn() });
  });

  it('does not keep the process alive', async () => {
    const loaded = await loadTls(await copiedServer());
    const before = timers();
    watch(loaded);
    expect(timers()).toBe(before);
  });

  it('gives new clients the new certificate and leaves connected ones alone', async () => {
    const loaded = await loadTls(await copiedServer());
    const server = createServer(loaded.options, (socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ca = await readFile(made.ca.certfile);
    const client = async (): Promise<TLSSocket> => {
      const socket = connect({ port, host: '127.0.0.1', ca });
      await once(socket, 'secureConnect');
      return socket;
    };
    const watched = watch(loaded, ({ options }) => server.setSecureContext(options));

    const old = await client();
    await copyPair(renewed, pairIn());
    await watched.nextLoaded();
    const young = await client();
    expect(old.getPeerCertificate().subject.CN).toBe('server');
    expect(young.getPeerCertificate().subject.CN).toBe('renewed');
    old.write('still here');
    expect(String(await once(old, 'data'))).toBe('still here');

    old.end();
    young.end();
    server.close();
    await once(server, 'close');
  });
});
