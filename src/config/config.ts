import type { HttpDto, PortDto, TokenDto, UserDto } from './config.dto.js';
import type { ConfigIssue, ConfigNotice } from './issues.js';
import type { AnyServerDto } from './server.dto.js';

/** The file as it is written today: plain JSON, each entry as its author wrote it, unknown keys included. */
export interface ConfigDocument {
  ports: unknown[];
  http?: unknown[];
  users?: unknown[];
  tokens?: unknown[];
  session_timeout?: number | null;
  [unknown: string]: unknown;
}

/** One entry of the document and what came of it: without `value` it is not served, and `issues` say why. */
export interface Entry<T> {
  /** Where it stands in the document, as in `ports[0]`. */
  readonly path: string;
  readonly written: unknown;
  readonly value?: T;
  readonly issues: readonly ConfigIssue[];
}

export interface PortEntry extends Entry<PortDto> {
  readonly servers: readonly Entry<AnyServerDto>[];
}

/** A configuration that was checked; its lists have the indexes of the document. */
export interface Config {
  readonly document: ConfigDocument;
  readonly ports: readonly PortEntry[];
  readonly http: readonly Entry<HttpDto>[];
  readonly users: readonly UserDto[];
  readonly tokens: readonly TokenDto[];
  readonly session_timeout?: number | undefined;
  /** Keys that are accepted and have no effect, and defaults that may surprise. */
  readonly notices: readonly ConfigNotice[];
}

/** All ports, servers and http entries. */
export function entries(config: Config): Entry<unknown>[] {
  return [...config.ports.flatMap((port) => [port, ...port.servers]), ...config.http];
}
