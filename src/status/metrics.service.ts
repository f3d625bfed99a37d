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
    const measured = this.serial.slots.map((slot, index): PortMeasured => {
      const status = this.status.portStatus(slot);
      const label = slot.port?.label ?? status.name ?? status.serial.port ?? `ports[${index}]`;
      return { label, status, port: slot.port };
    });
    const ports = withOwnLabels(measured);
    const registry = new Registry();
    for (const { type, name, help, samples } of [...portMetrics(ports), ...(await processMetrics())]) {
      // prom-client would make a metric without labels of it, that is 0.
      if (samples.length === 0) continue;
      const labelNames = [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))];
      const Metric = type === 'counter' ? Counter : Gauge;
      const metric = new Metric({ name, help, labelNames, registers: [registry] });
      // Servers of one protocol are added up.
      for (const { labels, value } of samples) metric.inc(labels, value);
    }
    return registry.metrics();
  }
}

/** Ports may have the same name, or no name and the same device: to those the place in the configuration is added. */
function withOwnLabels(ports: readonly PortMeasured[]): PortMeasured[] {
  const isShared = ({ label }: PortMeasured) => ports.filter((port) => port.label === label).length > 1;
  return ports.map((port, index) =>
    isShared(port) ? { ...port, label: `${port.label} (ports[${index}])` } : port,
  );
}
