import { Tooltip } from '@mantine/core';
import { useAction } from '../../components/use-action.js';
import type { PortStatus } from '../../api/index.js';
import { type Line, LINES } from '../../live/model.js';
import { LineHelp } from '../../ports/line-help.js';
import { setLines } from '../../ports/requests.js';
import { texts } from '../../texts/texts.js';
import classes from './ports.module.css';

/** The lines that this side drives. */
const OURS = new Set<Line>(['rts', 'dtr']);

/** The modem lines as lamps; the two that are ours are switches for admins. Closed, they keep their place. */
export function PortLamps({ port, id, admin }: { port: PortStatus; id: string; admin: boolean }) {
  const { signals } = port;
  const { run } = useAction();
  return (
    <div className={classes.lamps} role="group" aria-label={texts.ports.signals}>
      {LINES.map((line) => {
        const on = signals?.[line] ?? false;
        const lamp = { className: classes.lamp, ...(on && { 'data-on': '' }) };
        const hint = signals ? texts.ports.lineTitle[line] : texts.ports.signalsClosed;
        return (
          <Tooltip key={line} label={hint}>
            {admin && signals && OURS.has(line) ? (
              <button
                type="button"
                role="switch"
                aria-checked={on}
                aria-label={line.toUpperCase()}
                {...lamp}
                onClick={() => void run(() => setLines(id, { [line]: !on }))}
              >
                {line.toUpperCase()}
              </button>
            ) : (
              <span role="img" aria-label={texts.ports.signal(line, on)} {...lamp}>
                {line.toUpperCase()}
              </span>
            )}
          </Tooltip>
        );
      })}
      <LineHelp />
    </div>
  );
}
