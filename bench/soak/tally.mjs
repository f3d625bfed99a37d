/** What happened, counted; and what must not have happened, in words. */

const SHOWN = 20;

export class Tally {
  /** Clients there have been, by protocol or what they did. */
  clients = {};
  /** Clients that were cut, by the cause in the log; and those turned away without a line of their own, by port. */
  cuts = {};
  refused = {};
  /** Changes of the configuration, by kind. */
  edits = {};
  /** What hostile clients did. */
  attacks = {};
  /** Other things, by name. */
  events = {};
  bytes = { fromDevices: 0, toDevices: 0 };
  faults = [];

  count(what, name) {
    what[name] = (what[name] ?? 0) + 1;
  }

  event(name) {
    this.count(this.events, name);
  }

  fault(text) {
    this.faults.push(text);
    if (this.faults.length <= SHOWN) console.error(`soak: FAULT ${text}`);
  }
}

/** `closing: the device was lost: it was unplugged or hung up` as one of few causes. */
export function causeOf(why) {
  const causes = [
    [/the device was lost/, 'device lost'],
    [/\(send_timeout\)/, 'send_timeout'],
    [/\(buffer_limit\)/, 'buffer_limit'],
    [/its server was changed/, 'server changed by an edit'],
    [/the port was removed/, 'device or port changed by an edit'],
    [/disconnected by|by hand/, 'disconnected over REST'],
    [/session or token/, 'token ended'],
    [/^refused/, 'refused: no device'],
    [/2 pings/, 'silence'],
    [/it sent/, 'broke the protocol'],
  ];
  return causes.find(([pattern]) => pattern.test(why))?.[1] ?? why;
}
