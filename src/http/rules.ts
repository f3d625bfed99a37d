import type { HttpDto } from '../config/config.dto.js';
import { Admission } from '../net/admission.js';
import { NetworkSet } from '../net/ip-filter.js';

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
