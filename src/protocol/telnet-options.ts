import { ESCAPE } from './escape-ff.js';

/** Starts every telnet command (RFC 854, "TELNET command structure"). */
export const IAC = ESCAPE;

/** The four verbs of option negotiation (RFC 854), each followed by the option's code. */
export const WILL = 0xfb;
export const WONT = 0xfc;
export const DO = 0xfd;
export const DONT = 0xfe;

/** Data as 8-bit bytes instead of the network virtual terminal's text (RFC 856). */
export const BINARY = 0;
/** The side that performs it echoes what the other one sends (RFC 857). */
export const ECHO = 1;
/** No GO AHEAD after each line; with ECHO it puts a client into character mode (RFC 858). */
export const SUPPRESS_GO_AHEAD = 3;

/**
 * Where an option stands, by the names of RFC 1143 section 7. WANTNO and the queue bits never arise: after its greeting
 * this server asks for nothing. `refused` is NO for an option that it does not know and has said so.
 */
type OptionState = 'no' | 'wantyes' | 'yes' | 'refused';

/**
 * The options of one side of a telnet connection, by RFC 1143's Q method. A change is answered, the state that already
 * stands never, and an unknown option only the first time; so two sides cannot answer each other for ever.
 */
export class OptionSide {
  /** At most one entry for each of the 256 codes; an option without one is unknown and was not asked for yet. */
  readonly #states = new Map<number, OptionState>();
  readonly #agree: number;
  readonly #refuse: number;

  /**
   * @param agree the verb that agrees to a request: WILL for the server's own options, DO for the client's
   * @param refuse the verb that refuses it: WONT or DONT
   * @param requested the known options; the greeting has asked for all of them
   */
  constructor(agree: number, refuse: number, requested: readonly number[]) {
    this.#agree = agree;
    this.#refuse = refuse;
    for (const option of requested) this.#states.set(option, 'wantyes');
  }

  /** Whether the option is in force: agreed by both, so not while its answer is awaited (RFC 1143 section 2). */
  isOn(option: number): boolean {
    return this.#states.get(option) === 'yes';
  }

  /** Takes the client's DO or WILL; returns the verb of the answer that is due, if one is. */
  enable(option: number): number | undefined {
    const state = this.#states.get(option);
    if (state === undefined) return this.#answer(option, 'refused', this.#refuse);
    if (state === 'no') return this.#answer(option, 'yes', this.#agree);
    if (state === 'wantyes') this.#states.set(option, 'yes');
    return undefined;
  }

  /** Takes the client's DONT or WONT; returns the verb of the answer that is due, if one is. */
  disable(option: number): number | undefined {
    const state = this.#states.get(option);
    if (state === 'yes') return this.#answer(option, 'no', this.#refuse);
    if (state === 'wantyes') this.#states.set(option, 'no');
    return undefined;
  }

  #answer(option: number, state: OptionState, verb: number): number {
    this.#states.set(option, state);
    return verb;
  }
}
