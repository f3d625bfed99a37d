import { type Rate, SAMPLES } from '../../live/traffic.js';

const WIDTH = 120;
const HEIGHT = 32;

/** Both directions of the last minute on one scale: from the device filled, to it as a line. */
export function Sparkline({ rates, label }: { rates: readonly Rate[]; label: string }) {
  const top = Math.max(1, ...rates.map((rate) => Math.max(rate.in, rate.out)));
  const path = (way: keyof Rate) =>
    rates
      .map((rate, at) => {
        const x = (at / (SAMPLES - 1)) * WIDTH;
        const y = HEIGHT - 1 - (rate[way] / top) * (HEIGHT - 3);
        return `${at ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
      })
      .join('');
  const used = (way: keyof Rate) => rates.some((rate) => rate[way] > 0);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      style={{ width: '100%', minWidth: 40, height: HEIGHT, display: 'block' }}
    >
      <path d={`${path('in')}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} fill="var(--rx)" opacity={0.18} />
      <path
        d={path('in')}
        fill="none"
        stroke={used('in') ? 'var(--rx)' : 'var(--lamp-off)'}
        strokeWidth={1.5}
        vectorEffect="non-scaling-stroke"
      />
      {used('out') && (
        <path
          d={path('out')}
          fill="none"
          stroke="var(--tx)"
          strokeWidth={1.5}
          vectorEffect="non-scaling-stroke"
        />
      )}
    </svg>
  );
}
