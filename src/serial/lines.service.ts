import { Injectable } from '@nestjs/common';
import type { Audit } from '../auth/decorators.js';
import { ConfigService } from '../config/config.service.js';
import { portIndex } from '../config/find-port.js';
import { AppError } from '../errors.js';
import { OK, type OkDto } from '../ok.dto.js';
import type { OutputLines } from '../protocol/codec.js';
import type { PortSignals } from './port-signals.js';
import type { BreakDto, LinesDto } from './ports.dto.js';
import { SerialService } from './serial.service.js';

/** How long an answer waits for the device to take what was written before. */
const WAIT_MS = 10_000;

/** The modem lines and the break of the ports, by hand. Both keep their place among the data. */
@Injectable()
export class LinesService {
  constructor(
    private readonly config: ConfigService,
    private readonly ports: SerialService,
  ) {}

  /** Sets lines, both in one step; @throws AppError 400 closed, 409 the device has none, 503 it takes nothing */
  async set(key: string, { rts, dtr }: LinesDto, audit: Audit): Promise<OkDto> {
    const { signals, label } = this.#port(key);
    const named = Object.entries({ rts, dtr }).filter(([, up]) => typeof up === 'boolean');
    if (named.length === 0) return OK;
    const lines = Object.fromEntries(named) as OutputLines;
    await done(signals.set(lines), WAIT_MS);
    audit('lines set', { port: label, ...lines });
    return OK;
  }

  /** Done when the break is over; throws as `set`. */
  async sendBreak(key: string, { duration_ms }: BreakDto, audit: Audit): Promise<OkDto> {
    const { signals, label } = this.#port(key);
    await done(signals.sendBreak(duration_ms), WAIT_MS + duration_ms);
    audit('break sent', { port: label, duration_ms });
    return OK;
  }

  /** Of an open port. */
  #port(key: string): { readonly signals: PortSignals; readonly label: string } {
    const { port } = this.ports.slots[portIndex(this.config.current.document.ports, key)] ?? {};
    if (port?.signals) return { signals: port.signals, label: port.label };
    throw new AppError('PORT_CLOSED', 400, `Port ${key} is closed; it is opened for its first client`);
  }
}

async function done(taken: Promise<boolean>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const sentence = 'The device takes nothing now; this is done as soon as it has what was written before';
    timer = setTimeout(() => reject(new AppError('DEVICE_BUSY', 503, sentence)), ms);
  });
  const was = await Promise.race([taken, late]).finally(() => clearTimeout(timer));
  if (!was) throw new AppError('LINES_REFUSED', 409, 'The device did not do it; the log says why');
}
