import type { Signals } from '../api/index.js';
import { type Line, LINES } from '../live/model.js';
import lamps from '../pages/ports/ports.module.css';
import { texts } from '../texts/texts.js';
import classes from './terminal.module.css';

interface Props {
  signals: Partial<Signals> | undefined;
  set: (line: Line, on: boolean) => void;
}

/** The lines that the endpoint tells of; RTS and DTR as switches. */
export function SignalLamps({ signals, set }: Props) {
  const shown = LINES.filter((line) => signals?.[line] !== undefined);
  if (shown.length === 0) return null;
  return (
    <span className={classes.lamps} role="group" aria-label={texts.terminal.signals}>
      {shown.map((line) => {
        const on = signals?.[line] ?? false;
        const look = { className: lamps.lamp, style: { padding: '0 0.4rem' }, ...(on && { 'data-on': '' }) };
        return line === 'rts' || line === 'dtr' ? (
          <button
            key={line}
            type="button"
            role="switch"
            aria-checked={on}
            aria-label={line.toUpperCase()}
            title={texts.ports.lineTitle[line]}
            {...look}
            onClick={() => set(line, !on)}
          >
            {line.toUpperCase()}
          </button>
        ) : (
          <span
            key={line}
            role="img"
            aria-label={texts.ports.signal(line, on)}
            title={texts.ports.lineTitle[line]}
            {...look}
          >
            {line.toUpperCase()}
          </span>
        );
      })}
    </span>
  );
}
