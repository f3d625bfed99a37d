/** Whether what befell a client was allowed, and reported. */
import { causeOf } from './tally.mjs';

/** Between the socket of a server being closed and what replaces it, the system itself turns clients away. */
const NOT_SERVED = ['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'CLOSED', 'EPIPE'];
/** Answers to an upgrade while an endpoint is changed. */
const NO_ENDPOINT = /Unexpected server response: 404/;

export class Judge {
  constructor(log, tally) {
    this.log = log;
    this.tally = tally;
  }

  /** A client could not connect. */
  refused(port, kind, error) {
    const gone = NOT_SERVED.includes(error.code) || NO_ENDPOINT.test(error.message);
    if (port.role === 'edited' && gone) this.tally.event('met a server that was being changed');
    else this.tally.fault(`${port.name} ${kind}: cannot connect: ${error.message}`);
  }

  /**
   * A client was cut that did not want to leave.
   * @param received whether anything came before
   */
  async cut(port, kind, { name, since, received, how }) {
    const why = await this.log.reasonOf({ port: port.name, server: kind, client: name, since });
    const what = `${port.name} ${kind} ${name}: cut (${how})`;
    if (why !== undefined) {
      this.tally.count(this.tally.cuts, causeOf(why));
      if (!port.cut) this.tally.fault(`${what}, though nobody touched the port: ${why}`);
    } else if (port.cut && !received) {
      // The same refusal is logged once a minute; all of them are counted.
      this.tally.count(this.tally.refused, port.name);
    } else {
      this.tally.fault(`${what} without a reason in the log`);
    }
  }
}
