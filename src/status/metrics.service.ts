import { Injectable } from '@nestjs/common';
import { SerialService } from '../serial/serial.service.js';
import { type PortMeasured, portMetrics } from './port-metrics.js';
import { processMetrics } from './process-metrics.js';
import { StatusService } from './status.service.js';

/** What runs now as Prometheus wants it. Nothing is kept or counted between two scrapes. */
@Injectable()
export class MetricsService {
  constructor(
    private readonly status: StatusService,
    private readonly serial: SerialService,
  ) {}

  /** Text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). */
  async text(): Promise<string> {
    // Nobody has to pay for it who never asks.
    const { Counter, Gauge, Registry } = await import('prom-client');
    await this.serial.look();
    const ports = this.serial.slots.map((slot, index): PortMeasured => {
      const status = this.status.portStatus(slot);
      const label = slot.port?.label ?? status.name ?? status.serial.port ?? `ports[${index}]`;
      return { label, status, port: slot.port };
    });
    const registry = new Registry();
    for (const { type, name, help, samples } of [...portMetrics(ports), ...(await processMetrics())]) {
      const labelNames = [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))];
      const Metric = type === 'counter' ? Counter : Gauge;
      const metric = new Metric({ name, help, labelNames, registers: [registry] });
      // Ports without a name may share a device, and so a label: they are added up.
      for (const { labels, value } of samples) metric.inc(labels, value);
    }
    return registry.metrics();
  }
}
