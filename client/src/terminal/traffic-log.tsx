import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { texts } from '../texts/texts.js';
import { clock } from '../util/format.js';
import { toHex, toText } from './hex.js';
import type { Recording } from './recording.js';
import { type Row, type RowFilter, Rows } from './rows.js';
import classes from './terminal.module.css';

const ROW_PX = 20;
/** Wide enough for sixteen bytes a line. */
const WIDE_PX = 720;
/** How often new bytes are shown. */
const REFRESH_MS = 50;
const decoder = new TextDecoder();

interface Props {
  recording: Recording;
  filter: RowFilter;
  paused: boolean;
  label: string;
  /** Told how many lines there are, whenever something is new. */
  onLook: (rows: number, version: number) => void;
}

/** Bytes as hex and text, a line each; only those that can be seen are in the page. */
export function TrafficLog({ recording, filter, paused, label, onLook }: Props) {
  const { ref: sizeRef, width, height } = useElementSize<HTMLDivElement>();
  const scroller = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(sizeRef, scroller);
  const [top, setTop] = useState(0);
  const following = useRef(true);
  const before = useRef({ rows: undefined as Rows | undefined, removed: 0 });
  const perRow = width >= WIDE_PX ? 16 : 8;
  const { rows, count, version } = useRows(recording, filter, perRow, paused);

  useEffect(() => onLook(count, version), [count, version, onLook]);
  useLayoutEffect(() => {
    const { current } = scroller;
    if (!current) return;
    // Who reads what was before goes on reading it, also when lines at the top are given up.
    if (following.current) current.scrollTop = current.scrollHeight;
    else if (before.current.rows === rows)
      current.scrollTop -= (rows.removed - before.current.removed) * ROW_PX;
    before.current = { rows, removed: rows.removed };
  });

  const first = Math.max(0, Math.floor(top / ROW_PX) - 5);
  const shown = rows.slice(first, first + Math.ceil(height / ROW_PX) + 10);
  return (
    <>
      <div
        ref={ref}
        className={classes.log}
        role="log"
        aria-label={label}
        aria-live="off"
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          following.current = scrollTop + clientHeight >= scrollHeight - ROW_PX;
          setTop(scrollTop);
        }}
      >
        <div style={{ height: count * ROW_PX + 8, position: 'relative' }}>
          {shown.map((row, at) => (
            <TrafficRow key={first + at} row={row} top={(first + at) * ROW_PX + 4} width={perRow} />
          ))}
        </div>
      </div>
      {count === 0 && <div className={classes.nothing}>{texts.terminal.noBytes}</div>}
    </>
  );
}

function TrafficRow({ row: { entry, offset }, top, width }: { row: Row; top: number; width: number }) {
  const part = entry.bytes.subarray(offset, offset + width);
  return (
    <div className={classes.row} data-dir={entry.dir} style={{ top }}>
      <span className={classes.time}>{offset === 0 ? clock(entry.t, true) : ' '.repeat(12)}</span>{' '}
      {entry.dir === 'note' ? (
        decoder.decode(entry.bytes)
      ) : (
        <>
          {texts.terminal.direction[entry.dir]} {toHex(part).padEnd(width * 3)} {toText(part)}
        </>
      )}
    </div>
  );
}

/** The lines, looked at now and then instead of at every byte. */
function useRows(recording: Recording, filter: RowFilter, width: number, paused: boolean) {
  const [shown, setShown] = useState({ rows: new Rows(filter, width), count: 0, version: 0 });
  useEffect(() => {
    let rows = new Rows(filter, width);
    let { clears } = recording;
    const look = () => {
      if (recording.clears !== clears) rows = new Rows(filter, width);
      clears = recording.clears;
      rows.update(recording.pages);
      const { version } = recording;
      setShown((before) =>
        before.rows === rows && before.version === version ? before : { rows, count: rows.length, version },
      );
    };
    look();
    if (paused) return undefined;
    const timer = setInterval(look, REFRESH_MS);
    return () => clearInterval(timer);
  }, [recording, filter, width, paused]);
  return shown;
}
