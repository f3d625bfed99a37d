import lamps from '../pages/ports/ports.module.css';
import { LineHelp } from '../ports/line-help.js';
import { texts } from '../texts/texts.js';
import classes from './terminal.module.css';
import type { ShownLine } from './use-lines.js';

/** The modem lines; those that may be set from here as switches. */
export function SignalLamps({ lines }: { lines: ShownLine[] }) {
  if (lines.length === 0) return null;
  return (
    <span className={classes.lamps} role="group" aria-label={texts.terminal.signals}>
      {lines.map(({ line, on, set }) => {
        const look = {
          className: lamps.lamp,
          style: { padding: '0 0.4rem' },
          title: texts.ports.lineTitle[line],
          ...(on && { 'data-on': '' }),
        };
        const name = line.toUpperCase();
        return set ? (
          <button
            key={line}
            type="button"
            role="switch"
            aria-checked={on}
            aria-label={name}
            {...look}
            onClick={set}
          >
            {name}
          </button>
        ) : (
          <span key={line} role="img" aria-label={texts.ports.signal(line, on)} {...look}>
            {name}
          </span>
        );
      })}
      <LineHelp />
    </span>
  );
}
