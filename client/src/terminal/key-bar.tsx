import { texts } from '../texts/texts.js';
import type { Arrow } from './own-keys.js';
import classes from './terminal.module.css';

const t = texts.terminal.keyBar;
const ARROWS: [Arrow, string][] = [
  ['A', '↑'],
  ['B', '↓'],
  ['D', '←'],
  ['C', '→'],
];

interface Props {
  /** Whether Ctrl is held for the next character. */
  ctrl: boolean;
  onCtrl: (held: boolean) => void;
  onText: (text: string) => void;
  onArrow: (arrow: Arrow) => void;
}

/** Keys that the keyboard of a phone does not have. The terminal keeps the focus, so that keyboard stays open. */
export function KeyBar({ ctrl, onCtrl, onText, onArrow }: Props) {
  return (
    <div
      className={classes.keyBar}
      role="group"
      aria-label={t.label}
      onMouseDown={(event) => event.preventDefault()}
    >
      <button type="button" onClick={() => onText('\x1b')}>
        Esc
      </button>
      <button type="button" onClick={() => onText('\t')}>
        Tab
      </button>
      <button type="button" aria-pressed={ctrl} onClick={() => onCtrl(!ctrl)}>
        Ctrl
      </button>
      {ARROWS.map(([arrow, sign]) => (
        <button key={arrow} type="button" aria-label={t.arrows[arrow]} onClick={() => onArrow(arrow)}>
          {sign}
        </button>
      ))}
    </div>
  );
}
