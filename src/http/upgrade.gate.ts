import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { AccountsService } from '../auth/accounts.service.js';
import { CredentialRefused, NotLoggedIn } from '../auth/auth.errors.js';
import { type Caller, callerEnd, NOBODY } from '../auth/caller.js';
import { CredentialLimits } from '../auth/credential-limits.js';
import { AppError, sentence } from '../errors.js';
import { type UpgradeRoute, UpgradeRoutes } from '../listener/upgrade-routes.js';
import { arrivalOf, closingOf, logOf } from '../net/arrival.js';
import { type ClientAddress, SOCKET_OPTIONS } from '../net/net-server.js';
import { allowReset, certified } from '../net/tls-client.js';
import { sendError } from './answer.js';
import { checkHandshake, handshakeAnswer, offeredCredentials, UpgradeRequired } from './handshake.js';
import { serverOf } from './http-server.js';
import { HttpService } from './http.service.js';
import { AddressRefused } from './strangers.js';
import { refuseOn } from './upgrade.js';

const PREFIX = '/ws/';
/** RFC 6750 section 3. */
const WRONG_TOKEN = 'Bearer realm="ser2tcp", error="invalid_token"';
/** Of one request: a client may send what it has beside what its library or a proxy adds. */
const MAX_CREDENTIALS = 3;

interface Admitted {
  readonly route: UpgradeRoute;
  readonly caller: Caller;
}

/** Whoever came by the token of the endpoint itself: it lets in there and nowhere else. */
const GUEST: Caller = {
  kind: 'endpoint-token',
  name: "the endpoint's token",
  admin: false,
  ended: callerEnd().signal,
};

/**
 * Decides which requests become WebSockets, of those that the http server lets in: credentials, name, the endpoint's own
 * filter. Whoever is turned away gets a plain HTTP answer. Nothing here waits, so nothing can come in between.
 */
@Injectable()
export class UpgradeGate implements OnModuleInit {
  constructor(
    private readonly routes: UpgradeRoutes,
    private readonly accounts: AccountsService,
    private readonly limits: CredentialLimits,
    private readonly http: HttpService,
    private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    this.http.onUpgrade({
      take: (request, socket, head) => this.#upgrade(request, socket, head),
      needToken: (request) => this.#find(request)?.token?.value !== undefined,
    });
    this.host.httpAdapter.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
      if (request.url?.startsWith(PREFIX)) sendError(response, this.#refusal(request));
      else next();
    });
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    let admitted: Admitted;
    try {
      checkHandshake(request);
      admitted = this.#admit(request);
    } catch (error) {
      refuseOn(socket, error);
      return;
    }
    const { route, caller } = admitted;
    const { token } = route;
    const from = knownAs(request, caller);
    socket.write(handshakeAnswer(request));
    prepare(socket as Socket, head);
    const active = () => this.accounts.seen(caller);
    const dismiss = route.accept(socket, { from, query: queryOf(request), active });
    const revoked = () => dismiss('the session or token that let it in has ended', 'revoked');
    endWith(socket, caller.ended, revoked);
    if (token && (caller.kind === 'endpoint-token' || caller.kind === 'open'))
      endWith(socket, token.replaced, revoked);
    endWith(socket, closingOf(request), () => dismiss('the http server was stopped', 'away'));
    serverOf(request).whenRefused(request, socket, (reason) => dismiss(reason, 'policy'));
  }

  /** What a request without an upgrade is answered with. */
  #refusal(request: IncomingMessage): unknown {
    try {
      this.#admit(request);
      return new UpgradeRequired();
    } catch (error) {
      return error;
    }
  }

  /** @throws AppError to be answered with */
  #admit(request: IncomingMessage): Admitted {
    const { from } = arrivalOf(request);
    const route = this.#find(request);
    // Its filter reports it.
    if (route && !route.admits(from)) throw new AddressRefused();
    try {
      const caller = this.#callerOf(request, route);
      if (!route) throw new AppError('NO_SUCH_ENDPOINT', 404, 'There is no such endpoint');
      return { route, caller };
    } catch (error) {
      const reason = sentence(error);
      if (route) route.refused(from, reason);
      else this.routes.refusals.add(logOf(request), from, reason);
      throw error;
    }
  }

  #find({ url = '' }: IncomingMessage): UpgradeRoute | undefined {
    const [path = ''] = url.split('?', 1);
    if (!path.startsWith(PREFIX)) return undefined;
    const name = path.slice(PREFIX.length);
    return this.routes.find(name) ?? this.routes.find(decoded(name));
  }

  /**
   * Also where there is no route: who may not come in learns no names. Of several credentials the first that lets in counts;
   * each that does not is a guess, and holds back nobody who has another.
   * @throws CredentialRefused, NotLoggedIn, TooManyWrongTokens
   */
  #callerOf(request: IncomingMessage, route: UpgradeRoute | undefined): Caller {
    const anybody = this.#whoShows(undefined, route);
    if (anybody.kind !== 'nobody') return anybody;
    const credentials = credentialsOf(request);
    if (credentials.length === 0) throw new NotLoggedIn();
    if (credentials.length > MAX_CREDENTIALS) throw new CredentialRefused(400);
    let found: Caller | undefined;
    let refusal: unknown = new CredentialRefused(WRONG_TOKEN);
    for (const credential of credentials) {
      const caller = this.#whoShows(credential, route);
      try {
        this.limits.shown(request, credential, caller);
        if (caller.kind !== 'nobody') found ??= caller;
      } catch (error) {
        refusal = error;
      }
    }
    if (found) return found;
    throw refusal;
  }

  #whoShows(credential: string | undefined, route: UpgradeRoute | undefined): Caller {
    const own = route?.token?.value;
    if (own !== undefined && credential !== undefined && same(credential, own)) return GUEST;
    // A token of its own is asked for although there are no accounts.
    const known = this.accounts.exist || own === undefined;
    return known ? this.accounts.identify(credential) : NOBODY;
  }
}

/** The client and who it is: by its account, or else its certificate, or else the token of the endpoint. */
function knownAs(request: IncomingMessage, { kind, name }: Caller): ClientAddress {
  const { from } = arrivalOf(request);
  const { text, subject } = certified(request.socket);
  const account = kind === 'user' || kind === 'token' ? name : undefined;
  // That of a proxy says nothing of the client.
  const certificate = text === from.text ? subject : undefined;
  const known = account ?? certificate ?? (kind === 'endpoint-token' ? name : undefined);
  return known === undefined ? from : { ...from, subject: known };
}

/** What a client shows: `?token=`, `Authorization: Bearer`, the subprotocol `bearer.<token>`. The same one twice counts once. */
function credentialsOf(request: IncomingMessage): string[] {
  const [, bearer] = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
  const all = [bearer, ...queryOf(request).getAll('token'), ...offeredCredentials(request.headers)];
  return [...new Set(all.flatMap((credential) => credential || []))];
}

const queryOf = ({ url = '' }: IncomingMessage) => new URLSearchParams(url.split('?').slice(1).join('?'));

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** In constant time; of hashes, since they are of one length. */
function same(a: string, b: string): boolean {
  const [x, y] = [a, b].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(x, y);
}

/** What the http server did for requests is undone, and what a listener does for its clients done. */
function prepare(socket: Socket, head: Buffer): void {
  socket.setTimeout(0);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, SOCKET_OPTIONS.keepAliveInitialDelay);
  if (socket instanceof TLSSocket) allowReset(socket);
  if (head.length > 0) socket.unshift(head);
}

/** Calls `end` when the signal is given, for as long as the socket is open. */
function endWith(socket: Duplex, signal: AbortSignal, end: () => void): void {
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  socket.once('close', () => signal.removeEventListener('abort', end));
}
