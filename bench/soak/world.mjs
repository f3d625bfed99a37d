/** What the actors share: the ports with their devices, the server, the tally, and how they get in. */
import { readFileSync, symlinkSync } from 'node:fs';
import { openPty } from '../libc.mjs';
import { Device } from './device.mjs';
import { Judge } from './judge.mjs';
import { ADMIN, USER } from './plan.mjs';
import { Tally } from './tally.mjs';
import { Writers } from './writers.mjs';

export class World {
  tally = new Tally();

  /** @param settings `clients` at one time, seconds of a client's `life` and of the `pace` of edits, from and to */
  constructor({ plan, certificate, random, ...settings }) {
    Object.assign(this, { plan, random, ca: readFileSync(certificate.certfile), ...settings });
    for (const port of plan.ports) {
      const fault = (text) => this.tally.fault(`${port.name}, at the device: ${text}`);
      const { link, rate } = port;
      // The canary's device is in the process of its client.
      if (port.role === 'canary') port.pty = canaryPty(link);
      else if (link)
        port.device = new Device({ link, rate, random: random.of(`device ${port.name}`), fault });
      port.writers = port.device?.writers ?? new Writers();
    }
    const role = (name) => plan.ports.filter((port) => port.role === name);
    for (const name of ['steady', 'flaky', 'edited', 'flood', 'loop']) this[name] = role(name);
    [this.canary] = role('canary');
    [this.garbage] = role('garbage');
    this.busy = [...this.steady, ...this.flaky, ...this.edited, ...this.flood, ...this.loop];
    this.talking = this.busy.filter(({ device }) => device);
  }

  serve(server) {
    this.server = server;
    this.judge = new Judge(server.log, this.tally);
  }

  /** How a client gets in that has the choice. */
  optionsFor(random) {
    const { plan, ca } = this;
    const { log } = this.server;
    const web = random.chance(0.6) ? { port: plan.http } : { port: plan.https, ca };
    const token = random.pick([ADMIN, USER]);
    return {
      web,
      ca,
      log,
      token,
      how: random.pick(['header', 'query', 'protocol']),
      binary: random.chance(0.5),
    };
  }

  /** What a look at bytes gives; what is wrong with them is a fault. */
  checked(what, look) {
    try {
      return look();
    } catch (error) {
      this.tally.fault(`${what}: ${error.message}`);
      return undefined;
    }
  }

  close() {
    for (const { device } of this.plan.ports) device?.unplug();
    this.canary.pty.close();
  }
}

function canaryPty(link) {
  const pty = openPty();
  symlinkSync(pty.path, link);
  return pty;
}
