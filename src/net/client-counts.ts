/** Why a client is turned away: its address, its encryption or certificate, its credentials, a limit, the device. */
export const REFUSAL_CAUSES = ['address', 'tls', 'credentials', 'limit', 'device'] as const;
export type RefusalCause = (typeof REFUSAL_CAUSES)[number];
/**
 * Why a client was disconnected: the limit that it broke, that it gives no sign of life, or that it has gone while its
 * device takes nothing.
 */
export const DROP_CAUSES = ['send_timeout', 'buffer_limit', 'silence', 'device'] as const;
export type DropCause = (typeof DROP_CAUSES)[number];

/** What has become of the clients that came. */
export class ClientCounts {
  accepted = 0;
  readonly refusals: Partial<Record<RefusalCause, number>> = {};
  readonly drops: Partial<Record<DropCause, number>> = {};

  get refused(): number {
    return sum(this.refusals);
  }

  get dropped(): number {
    return sum(this.drops);
  }

  refuse(cause: RefusalCause): void {
    this.refusals[cause] = (this.refusals[cause] ?? 0) + 1;
  }

  drop(cause: DropCause): void {
    this.drops[cause] = (this.drops[cause] ?? 0) + 1;
  }
}

function sum(counts: Readonly<Partial<Record<string, number>>>): number {
  return Object.values(counts).reduce<number>((all, count) => all + (count ?? 0), 0);
}
