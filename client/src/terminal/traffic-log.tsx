import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { texts } from '../texts/texts.js';
import { clock } from '../util/format.js';
import { toHex, toText } from './hex.js';
import type { Recording } from './recording.js';
import { type Row, type RowFilter, rowsOf } from './rows.js';
import classes from './terminal.module.css';

const ROW_PX = 20;
/** Wide enough for sixteen bytes a line. */
const WIDE_PX = 720;
/** How often new bytes are shown. */
const REFRESH_MS = 150;

interface Props {
  recording: Recording;
  filter: RowFilter;
  paused: boolean;
  label: string;
  onCount: (rows: number) => void;
}

/** Bytes as hex and text, a line each; only those that can be seen are in the page. */
export function TrafficLog({ recording, filter, paused, label, onCount }: Props) {
  const { ref: sizeRef, width, height } = useElementSize<HTMLDivElement>();
  const scroller = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(sizeRef, scroller);
  const [top, setTop] = useState(0);
  const following = useRef(true);
  const version = useVersion(recording, paused);
  const perRow = width >= WIDE_PX ? 16 : 8;
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the recording is the same object; its version tells of changes
  const rows = useMemo(() => rowsOf(recording.entries, filter, perRow), [recording, version, filter, perRow]);

  useEffect(() => onCount(rows.length), [rows.length, onCount]);
  useLayoutEffect(() => {
    if (following.current && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [rows, height]);

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
        <div style={{ height: rows.length * ROW_PX + 8, position: 'relative' }}>
          {shown.map((row, at) => (
            <TrafficRow key={first + at} row={row} top={(first + at) * ROW_PX + 4} width={perRow} />
          ))}
        </div>
      </div>
      {rows.length === 0 && <div className={classes.nothing}>{texts.terminal.noBytes}</div>}
    </>
  );
}

function TrafficRow({ row: { entry, offset }, top, width }: { row: Row; top: number; width: number }) {
  const part = entry.bytes.subarray(offset, offset + width);
  return (
    <div className={classes.row} data-dir={entry.dir} style={{ top }}>
      <span className={classes.time}>{offset === 0 ? clock(entry.t, true) : ' '.repeat(12)}</span>{' '}
      {entry.dir === 'rx' ? texts.terminal.rxShort : texts.terminal.txShort} {toHex(part).padEnd(width * 3)}{' '}
      {toText(part)}
    </div>
  );
}

/** The recording's version, looked at now and then instead of at every byte. */
function useVersion(recording: Recording, paused: boolean): number {
  const [version, setVersion] = useState(recording.version);
  useEffect(() => {
    if (paused) return undefined;
    const timer = setInterval(() => setVersion(recording.version), REFRESH_MS);
    return () => clearInterval(timer);
  }, [recording, paused]);
  return version;
}
