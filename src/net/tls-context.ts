import type { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions, type TlsOptions } from 'node:tls';
import { sentence } from '../errors.js';
import {
  certificatesIn,
  filesState,
  privateKeyIn,
  readPem,
  TlsFilesInvalid,
  type TlsFiles,
} from './tls-files.js';

/** Files that were read together and fit together. */
export interface LoadedTls {
  readonly files: TlsFiles;
  /** For `tls.createServer` and `https.createServer`, later for `server.setSecureContext`. */
  readonly options: SecureContextOptions & Pick<TlsOptions, 'requestCert' | 'rejectUnauthorized'>;
  /** What clients will stumble over though the files can be used: a sentence each, with the path. */
  readonly warnings: readonly string[];
  /** The `filesState` just before they were read. */
  readonly state: string;
}

/**
 * Reads and checks the files of a TLS server. A certificate that is out of date is loaded, with a warning.
 *
 * @throws TlsFilesInvalid when one is missing, unreadable, not PEM, or does not go with the others
 */
export async function loadTls(files: TlsFiles): Promise<LoadedTls> {
  // Before reading, so that a change in between shows as one at the next look.
  const state = await filesState(files);
  // One after the other, so that of several that are missing it is always the first that is named.
  const cert = await readPem('certfile', files.certfile);
  const key = await readPem('keyfile', files.keyfile);
  const ca = files.ca_certs === undefined ? undefined : await readPem('ca_certs', files.ca_certs);
  const chain = certificatesIn(cert);
  if (!chain[0].checkPrivateKey(privateKeyIn(key))) {
    throw new TlsFilesInvalid(
      'keyfile',
      key.path,
      `it is not the key of the first certificate in ${cert.path}`,
    );
  }
  const warnings = outOfDate(chain, cert.path);
  // Parsed here, since Node takes a `ca` without any certificate and then refuses every client.
  if (ca) warnings.push(...outOfDate(certificatesIn(ca), ca.path));
  const options = {
    cert: cert.text,
    key: key.text,
    minVersion: 'TLSv1.2' as const,
    ...(ca && { ca: ca.text, requestCert: true, rejectUnauthorized: true }),
  };
  try {
    createSecureContext(options);
  } catch (error) {
    throw new TlsFilesInvalid('certfile', cert.path, `OpenSSL refuses it (${sentence(error)})`, {
      cause: error,
    });
  }
  return { files, options, warnings, state };
}

function outOfDate(certificates: X509Certificate[], path: string): string[] {
  const now = Date.now();
  return certificates.flatMap(({ subject, serialNumber, validFrom, validTo }) => {
    const name = subject ? subject.replaceAll('\n', ', ') : `number ${serialNumber}`;
    if (now > Date.parse(validTo)) return [`The certificate of ${name} in ${path} expired on ${validTo}`];
    if (now < Date.parse(validFrom))
      return [`The certificate of ${name} in ${path} is not valid before ${validFrom}`];
    return [];
  });
}
