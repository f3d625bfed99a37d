import type { PortStatus } from '../../api/index.js';
import { conditionOf } from '../../ports/condition.js';
import { texts } from '../../texts/texts.js';
import classes from './ports.module.css';

/** Why the device is not open, and what the server does about it by itself. */
export function PortReason({ port }: { port: PortStatus }) {
  const condition = conditionOf(port);
  if (!port.reason || condition === 'open') return null;
  // What is known only from the last try may have passed since.
  const said = port.state === 'offline' ? texts.ports.lastTime(port.reason) : port.reason;
  return (
    <div className={classes.reason}>
      {said}
      {condition !== 'invalid' && (
        <div className={classes.again}>
          {port.state === 'offline' ? texts.ports.triedAgain : texts.ports.lookedAgain}
        </div>
      )}
    </div>
  );
}
