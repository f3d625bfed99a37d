import {
  IconDownload,
  IconEraser,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipForward,
  IconSearch,
} from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { texts } from '../texts/texts.js';
import { bytes } from '../util/format.js';
import { ConnectionState, ConnectionTrouble } from './connection-state.js';
import { FindBar } from './find-bar.js';
import { ENTER, usePreferences } from './preferences.js';
import { asBytes } from './save.js';
import { SignalLamps } from './signal-lamps.js';
import classes from './terminal.module.css';
import { TerminalSettings } from './terminal-settings.js';
import { Tool } from './tool.js';
import { useMarks } from './use-marks.js';
import { useSession } from './use-session.js';
import { useTerminalSocket } from './use-terminal-socket.js';
import { XtermScreen } from './xterm-screen.js';

const BREAK_MS = 250;
const encoder = new TextEncoder();

interface Props {
  name: string;
  token?: string | undefined;
  onToken: (token: string) => void;
  lead?: ReactNode;
}

/** A VT100 terminal on a WebSocket endpoint. */
export default function XtermView({ name, token, onToken, lead }: Props) {
  const [preferences, change] = usePreferences();
  const [screen] = useState(() => new XtermScreen(preferences.fontSize, texts.terminal.screen(name)));
  const { recording, saving, save } = useSession(name);
  const mark = useMarks((text) => screen.mark(text));
  const [finding, setFinding] = useState(false);
  const [paused, setPaused] = useState(false);
  const element = useRef<HTMLDivElement>(null);

  const toldUnsent = useRef(false);

  const socket = useTerminalSocket('xterm', name, token, {
    data: (chunk) => {
      recording.append('rx', chunk, Date.now());
      screen.write(chunk);
    },
    state: (now, before) => {
      if (now.state === 'open') toldUnsent.current = false;
      mark(now, before);
    },
  });

  const typed = (text: string) => {
    const sent = text.replaceAll('\r', ENTER[preferences.enter]);
    if (!socket.send(encoder.encode(sent))) {
      if (!toldUnsent.current) screen.mark(texts.terminal.notSent);
      toldUnsent.current = true;
    } else if (preferences.localEcho) screen.write(encoder.encode(text.replaceAll('\r', '\r\n')));
  };
  const latest = useRef(typed);
  useEffect(() => {
    latest.current = typed;
  });
  useEffect(() => {
    if (!element.current) return undefined;
    const close = screen.open(element.current, (text) => latest.current(text));
    screen.focus();
    return close;
  }, [screen]);
  useEffect(() => {
    screen.fontSize = preferences.fontSize;
  }, [screen, preferences.fontSize]);

  const pause = () => {
    screen.paused = !paused;
    setPaused(!paused);
  };
  return (
    <section className={classes.view} aria-label={texts.terminal.screen(name)}>
      <div className={classes.bar}>
        {lead}
        <ConnectionState state={socket.state} />
        <SignalLamps
          signals={socket.signals}
          set={(line, on) => socket.send(JSON.stringify({ [line]: on }))}
        />
        <div className={classes.tools}>
          {finding ? (
            <FindBar find={(text, back) => screen.find(text, back)} onClose={() => setFinding(false)} />
          ) : (
            <Tool icon={IconSearch} label={texts.terminal.find} onClick={() => setFinding(true)} />
          )}
          <Tool
            icon={paused ? IconPlayerPlay : IconPlayerPause}
            label={paused ? texts.terminal.paused(bytes(screen.waiting)) : texts.terminal.pause}
            pressed={paused}
            onClick={pause}
          />
          <Tool icon={IconEraser} label={texts.terminal.clear} onClick={() => screen.clear()} />
          <Tool
            icon={IconPlayerSkipForward}
            label={texts.terminal.sendBreak}
            onClick={() => socket.send(JSON.stringify({ break: BREAK_MS }))}
          />
          <Tool
            icon={IconDownload}
            label={texts.terminal.save}
            busy={saving}
            onClick={() => save(asBytes, 'log')}
          />
          <TerminalSettings preferences={preferences} change={change} />
        </div>
      </div>
      <div className={classes.body}>
        <div ref={element} className={classes.screen} />
        <ConnectionTrouble state={socket.state} kind="xterm" name={name} onToken={onToken} />
      </div>
    </section>
  );
}
