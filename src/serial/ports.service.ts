import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { Asked, Audit } from '../auth/decorators.js';
import type { Config, ConfigDocument, PortEntry } from '../config/config.js';
import { ConfigService } from '../config/config.service.js';
import { differences } from '../config/differences.js';
import { checkMatch, tagged } from '../config/etag.js';
import { portIndex } from '../config/find-port.js';
import { ConfigInvalid, type ConfigIssue } from '../config/issues.js';
import { mergePatch } from '../config/merge-patch.js';
import { seenFrom } from '../config/seen-from.js';
import { isObject, list, nameOf } from '../config/shape.js';
import { asWritten, type Shown, shownPort, without } from '../config/shown.js';
import { OK, type OkDto } from '../ok.dto.js';
import { labelOf } from './port-label.js';
import type { PortAddedDto } from './ports.dto.js';

/** What an entry becomes. */
type Edit = (before: unknown, index: number) => unknown;

/** What an answer adds to an entry; a client that sends back what it got does not mean it. */
const ADDED = ['issues'];

/** The entries of the ports in the configuration. */
@Injectable()
export class PortsService {
  constructor(private readonly config: ConfigService) {}

  list(): Shown[] {
    return this.config.current.ports.map(shownPort);
  }

  /** Tagged as what stands in the file. @throws NoSuchPort */
  get(key: string): Shown {
    const written = this.config.current.document.ports;
    const index = portIndex(written, key);
    const shown = this.#shown(index);
    return tagged(shown, written[index], !shown.issues);
  }

  #shown(index: number): Shown {
    return shownPort(this.config.current.ports[index] as PortEntry);
  }

  /** @throws ConfigInvalid with paths within the entry; ListenFailed, TlsFilesInvalid */
  async add(sent: object, audit: Audit): Promise<PortAddedDto> {
    const entry = without(sent, ADDED);
    const { index } = await this.#change((draft) => {
      this.#refuseTaken(draft.ports.length, entry);
      return draft.ports.push(entry) - 1;
    });
    audit('port added', { port: this.#label(index), index });
    return tagged({ ok: true, index }, entry);
  }

  /** @throws NoSuchPort, PreconditionFailed, ConfigInvalid with paths within the entry; ListenFailed, DeviceRefused */
  replace(key: string, entry: object, asked: Asked): Promise<OkDto> {
    return this.#edit(key, asked, (before, index) =>
      asWritten(without(entry, ADDED), without(this.#shown(index), ADDED), before),
    );
  }

  /** Changes what a JSON merge patch (RFC 7396) names; throws as `replace`. */
  patch(key: string, patch: object, asked: Asked): Promise<OkDto> {
    return this.#edit(key, asked, (before, index) => {
      const shown = without(this.#shown(index), ADDED);
      return asWritten(mergePatch(shown, without(patch, ADDED)), shown, before);
    });
  }

  /** @throws NoSuchPort, PreconditionFailed */
  async remove(key: string, { ifMatch, audit }: Asked): Promise<OkDto> {
    let port = '';
    const { index } = await this.#change((draft) => {
      const index = portIndex(draft.ports, key);
      checkMatch(ifMatch, draft.ports[index]);
      port = this.#label(index);
      draft.ports.splice(index, 1);
      return index;
    });
    audit('port removed', { port, index });
    return OK;
  }

  async #edit(key: string, { ifMatch, audit }: Asked, edit: Edit): Promise<OkDto> {
    let [before, after]: unknown[] = [];
    const { index, changed } = await this.#change((draft) => {
      const index = portIndex(draft.ports, key);
      before = draft.ports[index];
      checkMatch(ifMatch, before);
      after = edit(before, index);
      this.#refuseTaken(index, after);
      draft.ports[index] = after;
      return index;
    });
    if (changed)
      audit('port changed', { port: this.#label(index), index, changed: differences(before, after) });
    return tagged(OK, after);
  }

  /** What the log calls a port; one whose entry has a mistake may have a name too. */
  #label(index: number): string {
    const { path = '', value, written } = this.config.current.ports[index] ?? {};
    return value ? labelOf(path, value) : (nameOf(written) ?? path);
  }

  /** `edit` gives the index of the entry that it changes: mistakes are told as seen from there. */
  async #change(edit: (draft: ConfigDocument) => number) {
    let index = 0;
    try {
      const changed = await this.config.change((draft) => void (index = edit(draft)));
      return { index, changed };
    } catch (error) {
      throw seenFrom(`ports[${index}]`, error);
    }
  }

  /** Called within an edit: what is current then is what the edit changes. */
  #refuseTaken(index: number, entry: unknown): void {
    const issues = takenIn(this.config.current, index, entry);
    if (issues.length) throw new ConfigInvalid(issues);
  }
}

/**
 * The names that an entry takes from others: its own and those of its endpoints. What it had before it may keep: an
 * existing file may have the same name twice.
 */
function takenIn({ document, ports }: Config, index: number, entry: unknown): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const before = document.ports[index];
  const name = nameOf(entry);
  const same = document.ports.findIndex((other, at) => at !== index && nameOf(other) === name);
  if (name !== undefined && same >= 0 && nameOf(before) !== name)
    issues.push({ path: 'name', message: `is taken by ports[${same}]` });
  const endpoints = new Map<unknown, string>();
  for (const port of ports.filter((_, at) => at !== index))
    for (const { value, path } of port.value ? port.servers : [])
      if (value && 'endpoint' in value) endpoints.set(value.endpoint, path);
  const had = serversOf(before);
  for (const [at, server] of serversOf(entry).entries()) {
    const taker = isObject(server) ? endpoints.get(server['endpoint']) : undefined;
    if (taker !== undefined && !had.some((old) => isDeepStrictEqual(old, server)))
      issues.push({ path: `servers[${at}].endpoint`, message: `is taken by ${taker}` });
  }
  return issues;
}

const serversOf = (entry: unknown) => list(isObject(entry) ? entry['servers'] : undefined);
