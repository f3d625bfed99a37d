import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { AppError, sentence } from '../errors.js';
import { fileState } from './file-state.js';

/** Where the PEM files of a TLS server are; relative paths start at the working directory. */
export interface TlsFiles {
  /** The server's certificate, followed by the intermediate ones between it and its root, if any. */
  certfile: string;
  /** The private key of the first certificate in `certfile`, without a passphrase. */
  keyfile: string;
  /** The authorities that sign client certificates; without it clients are not asked for one. */
  ca_certs?: string | undefined;
}

/** A file of a TLS server cannot be used. `key` is its name in the config. */
export class TlsFilesInvalid extends AppError {
  constructor(
    readonly key: keyof TlsFiles,
    path: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super('TLS_FILES_INVALID', 400, `Cannot use ${key} ${path}: ${problem}`, {
      ...options,
      about: `ssl.${key}`,
    });
  }
}

/** One file, as it was read. */
export interface PemFile {
  key: keyof TlsFiles;
  path: string;
  text: string;
}

/** @throws TlsFilesInvalid when it cannot be read */
export async function readPem(key: keyof TlsFiles, path: string): Promise<PemFile> {
  let regular = true;
  try {
    // Opening a FIFO waits for a writer, and a device such as /dev/zero never ends.
    regular = (await stat(path)).isFile();
    if (regular) return { key, path, text: await readFile(path, 'utf8') };
  } catch (error) {
    throw new TlsFilesInvalid(key, path, readProblem(error), { cause: error });
  }
  throw new TlsFilesInvalid(key, path, 'it is not a regular file');
}

/**
 * All certificates in a file, in its order.
 * @throws TlsFilesInvalid when there is none, or one is damaged
 */
export function certificatesIn({ key, path, text }: PemFile): [X509Certificate, ...X509Certificate[]] {
  const blocks = text.match(/-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^]*?(?=-----BEGIN |$)/g) ?? [];
  const [first, ...others] = blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      throw new TlsFilesInvalid(key, path, `certificate ${index + 1} in it is damaged or not complete`, {
        cause: error,
      });
    }
  });
  if (!first) throw new TlsFilesInvalid(key, path, 'there is no certificate in PEM form in it');
  return [first, ...others];
}

/** @throws TlsFilesInvalid when there is no key, or one with a passphrase */
export function privateKeyIn({ key, path, text }: PemFile): KeyObject {
  // Asked of the text, since OpenSSL's answer to a missing passphrase differs between versions of Node.
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) {
    const remedy = `remove it with "openssl pkey -in ${path} -out <new file>"`;
    throw new TlsFilesInvalid(key, path, `keys with a passphrase are not supported; ${remedy}`);
  }
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw new TlsFilesInvalid(key, path, 'there is no whole private key in PEM form in it', { cause: error });
  }
}

/** A text that changes whenever one of the files is written, replaced, or reached through another link. */
export async function filesState({ certfile, keyfile, ca_certs }: TlsFiles): Promise<string> {
  const paths = ca_certs === undefined ? [certfile, keyfile] : [certfile, keyfile, ca_certs];
  return (await Promise.all(paths.map(fileState))).join(' ');
}

function readProblem(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
      return 'permission denied; the user that runs ser2tcp must be able to read it and to enter its folders';
    default:
      return sentence(error);
  }
}
