import { BlockList, isIP } from 'node:net';

/** The addresses that share their first `prefix` bits with `address`. */
export interface Network {
  family: 'ipv4' | 'ipv6';
  /** Without a zone id; bits after the prefix may be set. */
  address: string;
  /** Bits, at most 32 for IPv4 and 128 for IPv6: that many for a single address. */
  prefix: number;
}

/** The `allow` and `deny` lists of a server, each entry in a form that `parseNetwork` reads. */
export interface FilterLists {
  allow?: readonly string[] | undefined;
  deny?: readonly string[] | undefined;
}

/**
 * Reads an entry of a filter: an address (`10.0.0.5`, `fe80::1`), CIDR (`10.0.0.0/8`), or an IPv4 address with a mask as
 * Python's `ipaddress` takes it (`10.0.0.0/255.0.0.0`, or inverse `10.0.0.0/0.255.255.255`). A zone id is dropped.
 *
 * @returns undefined for anything else, surrounding whitespace included
 */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return parseAddress(text);
  const single = parseAddress(text.slice(0, slash));
  if (!single) return undefined;
  const prefix = parsePrefix(text.slice(slash + 1), single.family);
  return prefix !== undefined && prefix <= single.prefix ? { ...single, prefix } : undefined;
}

/**
 * Who may connect to a server. `deny` comes before `allow`; without entries in `allow` everyone may that is not denied.
 *
 * IPv4 and IPv6 are kept apart: `::/0` is every IPv6 address and no IPv4 one. An IPv4-mapped IPv6 address
 * (RFC 4291, 2.5.5.2) is the IPv4 address in it, in an entry as well as in a peer's address.
 */
export class IpFilter {
  readonly #allow: NetworkSet | undefined;
  readonly #deny: NetworkSet;

  /** @throws TypeError when an entry is no address or network */
  constructor({ allow = [], deny = [] }: FilterLists) {
    this.#allow = allow.length > 0 ? new NetworkSet(allow) : undefined;
    this.#deny = new NetworkSet(deny);
  }

  /** `address` is a peer's, as `socket.remoteAddress` gives it; its zone id is ignored. Text that is no address is refused. */
  allows(address: string): boolean {
    const peer = parseAddress(address);
    if (!peer || this.#deny.has(peer)) return false;
    return this.#allow?.has(peer) ?? true;
  }
}

/** Addresses and networks, each in a form that `parseNetwork` reads. */
export class NetworkSet {
  // Two lists, since a BlockList takes an IPv4 address for its mapped form and so finds it in `::/0`.
  readonly #ipv4 = new BlockList();
  readonly #ipv6 = new BlockList();

  /** @throws TypeError when an entry is no address or network */
  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const network = parseNetwork(entry);
      if (!network) throw new TypeError(`${JSON.stringify(entry)} is not an IP address or network`);
      this.#listFor(network).addSubnet(network.address, network.prefix, network.family);
    }
  }

  /** Text that is no address is in no set. */
  includes(address: string): boolean {
    const peer = parseAddress(address);
    return peer !== undefined && this.has(peer);
  }

  has(peer: Network): boolean {
    return this.#listFor(peer).check(peer.address, peer.family);
  }

  #listFor(network: Network): BlockList {
    return network.family === 'ipv4' || isMapped(network) ? this.#ipv4 : this.#ipv6;
  }
}

const MAPPED_BITS = 96;
const mapped = new BlockList();
mapped.addSubnet('::ffff:0:0', MAPPED_BITS, 'ipv6');

function isMapped({ address, prefix }: Network): boolean {
  return prefix >= MAPPED_BITS && mapped.check(address, 'ipv6');
}

function parseAddress(text: string): Network | undefined {
  // Zone ids are interface names; `isIP` knows only some of the characters that these may have.
  const address = text.replace(/^([^%]*:[^%]*)%[^%\s]+$/, '$1');
  switch (isIP(address)) {
    case 4:
      return { family: 'ipv4', address, prefix: 32 };
    case 6:
      return { family: 'ipv6', address, prefix: 128 };
    default:
      return undefined;
  }
}

function parsePrefix(text: string, family: Network['family']): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  return family === 'ipv4' && isIP(text) === 4 ? maskPrefix(text) : undefined;
}

/** Bits of the network in a mask; of two readings (`0.0.0.0`) the netmask, as in Python. */
function maskPrefix(mask: string): number | undefined {
  const bits = mask.split('.').map((byte) => Number(byte).toString(2).padStart(8, '0'));
  const [, network] = /^(1*)0*$/.exec(bits.join('')) ?? /^(0*)1*$/.exec(bits.join('')) ?? [];
  return network?.length;
}
