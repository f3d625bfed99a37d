import type { HttpDto } from '../config/config.dto.js';
import { Admission } from '../net/admission.js';
import { NetworkSet } from '../net/ip-filter.js';
import type { ClientAddress } from '../net/net-server.js';

/** What settings are made into once, and looked at for each request. */
export interface Rules {
  readonly settings: HttpDto;
  readonly admission: Admission;
  readonly trusted: NetworkSet;
}

export const rulesOf = (settings: HttpDto): Rules => ({
  settings,
  admission: new Admission(settings),
  trusted: new NetworkSet(settings.trusted_proxies ?? []),
});

const isProxy = ({ trusted }: Rules, { ip }: ClientAddress) => trusted.includes(ip ?? '');

/** Whether a connection of this address is taken; a proxy's may bring a request of somebody who may come in. */
export const mayConnect = (rules: Rules, peer: ClientAddress): boolean =>
  isProxy(rules, peer) || rules.admission.admits(peer);

/** Whether a client that was let in may stay; what a proxy said of it counts for as long as that is trusted. */
export const mayStay = (rules: Rules, peer: ClientAddress, from: ClientAddress): boolean =>
  rules.admission.admits(isProxy(rules, peer) ? from : peer);
