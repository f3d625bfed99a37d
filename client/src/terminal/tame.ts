import type { Terminal } from '@xterm/xterm';

/** Repeat, scroll, insert and delete lines, tabs: xterm does these one by one, as often as it is told to. */
const REPEATING = ['b', 'S', 'T', 'L', 'M', 'I', 'Z'];
/** More than any screen has room for. */
const MOST = 10_000;

/** Ignores sequences that would keep the page busy for minutes; a device may send them by mistake, as noise, or on purpose. */
export function tame({ parser }: Terminal): void {
  for (const final of REPEATING)
    parser.registerCsiHandler({ final }, ([count]) => typeof count === 'number' && count > MOST);
}
