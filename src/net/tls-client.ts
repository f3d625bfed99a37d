import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type ClientAddress, clientAddress } from './net-server.js';

/** How long a client may take to agree on a key; meanwhile it costs a socket, and nobody else waits for it. */
export const HANDSHAKE_MS = 10_000;

/**
 * The TCP socket below TLS. One that is gone still knows whose it was, since it was asked before; the one above does not.
 * Node has no public name for it.
 */
export function underneath(socket: TLSSocket): Socket {
  return (socket as { _parent?: Socket })._parent ?? socket;
}

/** Makes it end by a reset as any other socket does: Node's own method throws on a TLS socket. */
export function allowReset(socket: TLSSocket): void {
  socket.resetAndDestroy = () => {
    const below = underneath(socket);
    if (below !== socket) below.resetAndDestroy();
    return socket.destroy();
  };
}

/** The client's address, and the name in its certificate where it showed one. */
export function certified(socket: Socket): ClientAddress {
  const address = clientAddress(socket);
  if (!(socket instanceof TLSSocket)) return address;
  const name = Object.entries(socket.getPeerCertificate().subject ?? {})
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(', ');
  return name ? { ...address, subject: name } : address;
}

/** What OpenSSL and the system call the usual mistakes, as sentences. */
const FAILURES: Record<string, string> = {
  ECONNRESET: 'it went away before the handshake was done',
  ERR_TLS_HANDSHAKE_TIMEOUT: `it did not finish the handshake within ${HANDSHAKE_MS / 1000} s`,
  ERR_SSL_HTTP_REQUEST: 'it speaks plain HTTP',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it speaks no TLS version from 1.2 on',
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'it shows no certificate',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not trust the authority of the certificate here',
};

/** Why a client did not come through its handshake. */
export function handshakeFailure(error: NodeJS.ErrnoException, socket: TLSSocket): string {
  // OpenSSL's code, whatever the types say.
  const refused = socket.authorizationError as unknown as string | null;
  if (refused) return `its certificate is refused (${refused})`;
  return FAILURES[error.code ?? ''] ?? error.code ?? error.message;
}
