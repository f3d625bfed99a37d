import { useRates } from '../../live/live.js';
import type { PortStatus } from '../../api/index.js';
import { texts } from '../../texts/texts.js';
import { bytes, rate } from '../../util/format.js';
import { Sparkline } from './sparkline.js';
import classes from './ports.module.css';

export function PortTraffic({ port, index }: { port: PortStatus; index: number }) {
  const rates = useRates(index);
  const now = rates.at(-1) ?? { in: 0, out: 0 };
  return (
    <div className={`${classes.traffic} live`}>
      <Sparkline rates={rates} label={texts.ports.lastMinute(rate(now.in), rate(now.out))} />
      <Figure label={texts.ports.fromDevice} now={now.in} total={port.bytes_read ?? 0} />
      <Figure label={texts.ports.toDevice} now={now.out} total={port.bytes_written ?? 0} />
    </div>
  );
}

function Figure({ label, now, total }: { label: string; now: number; total: number }) {
  return (
    <dl className={classes.figure} style={{ margin: 0 }}>
      <dt>{label}</dt>
      <dd>{rate(now)}</dd>
      <dd className={classes.total}>{bytes(total)}</dd>
    </dl>
  );
}
