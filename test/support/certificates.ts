import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Paths of a certificate and its key, in PEM. */
export interface Certificate {
  certfile: string;
  keyfile: string;
}

export interface Certificates {
  /** Where they are, and where a test may put more; one folder for each call. */
  folder: string;
  /** Signs `server` and `client`. */
  ca: Certificate;
  /** For localhost, 127.0.0.1 and ::1. */
  server: Certificate;
  client: Certificate;
  /** Has nothing to do with `ca`; signs `otherClient`. */
  otherCa: Certificate;
  otherClient: Certificate;
  remove(): Promise<void>;
}

/** Makes certificates in the steps of the reference's manual, with EC keys since they take no time. Needs openssl. */
export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'ser2tcp-certificates-'));
  const ca = await makeAuthority(folder, 'ca');
  const otherCa = await makeAuthority(folder, 'other-ca');
  return {
    folder,
    ca,
    server: await issue(ca, folder, 'server', { altNames: 'DNS:localhost,IP:127.0.0.1,IP:::1' }),
    client: await issue(ca, folder, 'client'),
    otherCa,
    otherClient: await issue(otherCa, folder, 'other-client'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export async function makeAuthority(folder: string, name: string): Promise<Certificate> {
  const made = certificate(folder, name);
  const ca = [
    '-addext',
    'basicConstraints=critical,CA:TRUE',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
  ];
  await openssl('req', '-x509', '-days', '2', ...newKey(made, name), '-out', made.certfile, ...ca);
  return made;
}

export interface IssueOptions {
  /** As OpenSSL's `subjectAltName` takes them. */
  altNames?: string;
  /** Days until it expires; -1 for one that expired yesterday. */
  days?: number;
}

/** Makes `<name>.crt` and `<name>.key`, signed by `ca`. */
export async function issue(
  ca: Certificate,
  folder: string,
  name: string,
  { altNames = `DNS:${name}`, days = 2 }: IssueOptions = {},
): Promise<Certificate> {
  const made = certificate(folder, name);
  const request = join(folder, `${name}.csr`);
  await openssl('req', ...newKey(made, name), '-out', request, '-addext', `subjectAltName=${altNames}`);
  const signer = ['-CA', ca.certfile, '-CAkey', ca.keyfile, '-CAcreateserial'];
  const out = ['-days', String(days), '-copy_extensions', 'copy', '-out', made.certfile];
  await openssl('x509', '-req', '-in', request, ...signer, ...out);
  await rm(request);
  return made;
}

/** Runs `openssl`; rejects with what it printed when it fails. */
export async function openssl(...args: string[]): Promise<void> {
  await run('openssl', args);
}

function certificate(folder: string, name: string): Certificate {
  return { certfile: join(folder, `${name}.crt`), keyfile: join(folder, `${name}.key`) };
}

function newKey({ keyfile }: Certificate, commonName: string): string[] {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyfile];
  return ['-new', ...curve, '-subj', `/CN=${commonName}`];
}
