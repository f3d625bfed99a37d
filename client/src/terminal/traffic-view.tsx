import { ActionIcon, Menu, SegmentedControl, Text, TextInput } from '@mantine/core';
import { IconDownload, IconEraser, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { PortStatus } from '../api/index.js';
import { texts } from '../texts/texts.js';
import { bytes } from '../util/format.js';
import { ConnectionState, ConnectionTrouble } from './connection-state.js';
import type { Direction } from './page.js';
import { asJsonLines, asText, type SessionFormat } from './save.js';
import type { SocketState } from './socket.js';
import classes from './terminal.module.css';
import { Tool } from './tool.js';
import { TrafficLog } from './traffic-log.js';
import type { useSession } from './use-session.js';
import type { Kind } from './use-terminal-socket.js';

interface Props {
  kind: Kind;
  name: string;
  state: SocketState;
  port: PortStatus | undefined;
  session: ReturnType<typeof useSession>;
  onToken: (token: string) => void;
  lead?: ReactNode;
  signals?: ReactNode;
  children?: ReactNode;
}

/** What the hex view and the monitor have in common: bytes both ways, filtered, paused, saved. */
export function TrafficView({ kind, name, state, port, session, onToken, lead, signals, children }: Props) {
  const { recording, saving, save } = session;
  const [dir, setDir] = useState<Direction | 'both'>('both');
  const [search, setSearch] = useState('');
  const [paused, setPaused] = useState(false);
  const [{ count }, setLooked] = useState({ count: 0, version: 0 });
  const onLook = useCallback((count: number, version: number) => setLooked({ count, version }), []);
  const filter = useMemo(() => ({ dir, search }), [dir, search]);
  return (
    <section className={classes.view} aria-label={texts.terminal.log(name)}>
      <div className={classes.bar}>
        {lead}
        <ConnectionState state={state} port={port} />
        {signals}
        <div className={classes.tools}>
          <SegmentedControl
            size="xs"
            aria-label={texts.terminal.filter}
            value={dir}
            onChange={setDir}
            data={[
              { value: 'both', label: texts.terminal.both },
              { value: 'rx', label: texts.terminal.direction.rx },
              { value: 'tx', label: texts.terminal.direction.tx },
            ]}
          />
          <TextInput
            size="xs"
            className={classes.search}
            aria-label={texts.terminal.searchBytes}
            placeholder={texts.terminal.searchBytes}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
          <Tool
            icon={paused ? IconPlayerPlay : IconPlayerPause}
            label={paused ? texts.terminal.resume : texts.terminal.pause}
            pressed={paused}
            onClick={() => setPaused(!paused)}
          />
          <Tool icon={IconEraser} label={texts.terminal.clear} onClick={() => recording.clear()} />
          <SaveMenu saving={saving} save={save} />
        </div>
      </div>
      <div className={classes.body}>
        <TrafficLog
          recording={recording}
          filter={filter}
          paused={paused}
          label={texts.terminal.log(name)}
          onLook={onLook}
        />
        <ConnectionTrouble state={state} kind={kind} name={name} onToken={onToken} />
      </div>
      <div className={classes.foot}>
        {children}
        <Text size="xs" c="dimmed" className="live" ml="auto">
          {search || dir !== 'both' ? `${texts.terminal.matches(count)} · ` : ''}
          {texts.terminal.totals(bytes(recording.totals.rx), bytes(recording.totals.tx))}
        </Text>
      </div>
    </section>
  );
}

interface SaveProps {
  saving: boolean;
  save: (format: SessionFormat, ending: string) => void;
}

function SaveMenu({ saving, save }: SaveProps) {
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={texts.terminal.save} loading={saving}>
          <IconDownload size={18} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => save(asText, 'txt')}>{texts.terminal.saveText}</Menu.Item>
        <Menu.Item onClick={() => save(asJsonLines, 'jsonl')}>{texts.terminal.saveJson}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
