import {
  IconBolt,
  IconDownload,
  IconEraser,
  IconPlayerPause,
  IconPlayerPlay,
  IconSearch,
} from '@tabler/icons-react';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useSaid } from '../components/use-said.js';
import { texts } from '../texts/texts.js';
import { bytes } from '../util/format.js';
import { askToFollow, askToPaste } from './ask-first.js';
import { ConnectionState, ConnectionTrouble } from './connection-state.js';
import { FindBar } from './find-bar.js';
import { KeyBar } from './key-bar.js';
import { withCtrl } from './own-keys.js';
import { ENTER, usePreferences } from './preferences.js';
import { asBytes } from './save.js';
import { SignalLamps } from './signal-lamps.js';
import classes from './terminal.module.css';
import { TerminalSettings } from './terminal-settings.js';
import { Tool } from './tool.js';
import { typeOn } from './type-on.js';
import { useLines } from './use-lines.js';
import { usePort } from './use-port.js';
import { usePause } from './use-pause.js';
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
  const hint = useId();
  const [screen] = useState(() => new XtermScreen(preferences, texts.terminal.screen(name), hint));
  const { recording, saving, save } = useSession(name);
  const mark = useMarks((text) => screen.mark(text));
  const pause = usePause(screen);
  const [breakSaid, sayBreak] = useSaid<string>();
  const [finding, setFinding] = useState(false);
  const [ctrl, setCtrl] = useState(false);
  const element = useRef<HTMLDivElement>(null);
  const tools = useRef<HTMLDivElement>(null);
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
  const port = usePort('xterm', name, token, socket.state);
  const lines = useLines(name, port, socket);

  const typed = (text: string) => {
    const sent = text.replaceAll('\r', ENTER[preferences.enter]);
    if (!socket.send(encoder.encode(sent))) {
      if (!toldUnsent.current) screen.mark(texts.terminal.notSent);
      toldUnsent.current = true;
    } else if (preferences.localEcho) screen.write(encoder.encode(echoOf(text)));
  };
  const typedWithKeys = (text: string) => {
    if (ctrl) setCtrl(false);
    typed(ctrl ? withCtrl(text) : text);
  };
  const latest = useRef(typedWithKeys);
  useEffect(() => {
    latest.current = typedWithKeys;
  });
  useEffect(() => {
    if (!element.current) return undefined;
    const close = screen.open(element.current, {
      typed: (text) => latest.current(text),
      key: (key) => (key === 'find' ? setFinding(true) : tools.current?.querySelector('button')?.focus()),
      pasting: askToPaste,
      following: askToFollow,
    });
    screen.focus();
    return close;
  }, [screen]);
  useEffect(() => {
    screen.preferences = preferences;
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- a new object each time; these two are what counts
  }, [screen, preferences.fontSize, preferences.screenReader]);

  const sendBreak = () => {
    const sent = socket.send(JSON.stringify({ break: BREAK_MS }));
    sayBreak(sent ? texts.ports.breakSent : texts.terminal.breakNotSent);
  };
  const closeFind = () => {
    setFinding(false);
    screen.focus();
  };
  return (
    <section className={classes.view} aria-label={texts.terminal.screen(name)}>
      <div className={classes.bar} {...typeOn(() => screen.focus())}>
        {lead}
        <ConnectionState state={socket.state} port={port} />
        <SignalLamps lines={lines} />
        {pause.paused && <span className={classes.said}>{texts.terminal.paused(bytes(pause.waiting))}</span>}
        <span className={classes.said} role="status">
          {breakSaid}
        </span>
        <span id={hint} className={classes.hint}>
          {texts.terminal.leave}
        </span>
        <div ref={tools} className={classes.tools}>
          {finding ? (
            <FindBar screen={screen} onClose={closeFind} />
          ) : (
            <Tool icon={IconSearch} label={texts.terminal.find} onClick={() => setFinding(true)} />
          )}
          <Tool
            icon={pause.paused ? IconPlayerPlay : IconPlayerPause}
            label={pause.paused ? texts.terminal.resume : texts.terminal.pause}
            pressed={pause.paused}
            onClick={pause.toggle}
          />
          <Tool icon={IconEraser} label={texts.terminal.clear} onClick={() => screen.clear()} />
          <Tool icon={IconBolt} label={texts.terminal.sendBreak} onClick={sendBreak} />
          <Tool
            icon={IconDownload}
            label={texts.terminal.save}
            busy={saving}
            onClick={() => save(asBytes, 'log')}
          />
          <TerminalSettings preferences={preferences} change={change} onClose={() => screen.focus()} />
        </div>
      </div>
      <div className={classes.body}>
        <div ref={element} className={classes.screen} />
        <ConnectionTrouble state={socket.state} kind="xterm" name={name} onToken={onToken} />
      </div>
      <KeyBar ctrl={ctrl} onCtrl={setCtrl} onText={typed} onArrow={(arrow) => typed(screen.arrow(arrow))} />
    </section>
  );
}

/** What a device that echoes would show: Enter begins a line, and Backspace takes a character away. */
const echoOf = (typed: string) => typed.replaceAll('\r', '\r\n').replaceAll('\x7f', '\b \b');
