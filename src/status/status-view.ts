/** What is known of all ports, and what has changed since it was told last. The texts are members of JSON objects. */
export interface Update {
  /** All ports, in the order of the configuration. */
  readonly ports: readonly { readonly json: string }[];
  /** The devices of this machine, as JSON. */
  readonly detected: string;
  /** The ports are others, or in another order. */
  readonly reordered: boolean;
  /** What changed, by index. */
  readonly changed: ReadonlyMap<number, string>;
  readonly detectedChanged: boolean;
}

/** What some readers see of the status, as lines of JSON. */
export interface View {
  /** Everything, as the first line. */
  all(update: Update): string;
  /** What has changed, in one line, so that updates may come at any pace that lines may; empty when nothing has. */
  changes(update: Update): string;
}

/** All ports. Where there is more than one thing to tell, everything is. */
export class WholeView implements View {
  constructor(private readonly admin: boolean) {}

  all({ ports, detected }: Update): string {
    const list = ports.map(({ json }) => `{${json}}`).join();
    return `{"ports":[${list}],"detected":${detected},"admin":${this.admin}}\n`;
  }

  changes(update: Update): string {
    const { reordered, changed, detected, detectedChanged } = update;
    if (reordered || changed.size + Number(detectedChanged) > 1) return this.all(update);
    for (const [index, json] of changed) return `{"port_index":${index},"_delta":true,${json}}\n`;
    return detectedChanged ? `{"detected":${detected}}\n` : '';
  }
}

/** One port, wherever it stands; it may go and come back. */
export class PortView implements View {
  #index: number | undefined;

  /** @param find where the port stands now */
  constructor(
    private readonly find: () => number | undefined,
    private readonly admin: boolean,
  ) {
    this.#index = find();
  }

  all({ ports }: Update): string {
    const port = this.#index === undefined ? undefined : ports[this.#index];
    return `{"port":${port ? `{${port.json}}` : 'null'},"admin":${this.admin}}\n`;
  }

  changes(update: Update): string {
    const before = this.#index;
    this.#index = this.find();
    if (this.#index === undefined) return before === undefined ? '' : '{"_removed":true}\n';
    if (update.reordered || this.#index !== before) return this.all(update);
    const json = update.changed.get(this.#index);
    return json === undefined ? '' : `{"_delta":true,${json}}\n`;
  }
}
