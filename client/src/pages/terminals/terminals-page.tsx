import { Button, Menu, SegmentedControl } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Empty } from '../../components/empty.js';
import { useTitle } from '../../components/page-head.js';
import { useSnapshot } from '../../live/live.js';
import type { Snapshot } from '../../live/model.js';
import { texts } from '../../texts/texts.js';
import { PanesHere } from './kept-panes.js';
import { keyOf, type OpenTerminal, useOpenTerminals } from './open-terminals.js';
import { TerminalTabs } from './terminal-tabs.js';
import classes from './terminals.module.css';

const t = texts.terminals;

/** Several terminals, in tabs or beside each other. All that are open stay connected, also those that are not seen, and while another page is. */
export default function TerminalsPage() {
  const { terminals, active, beside, open, close, show, setBeside } = useOpenTerminals();
  const choices = choicesOf(useSnapshot());
  useTitle(t.title);
  const menu = <OpenMenu choices={choices} onOpen={open} />;
  if (terminals.length === 0)
    return (
      <div style={{ paddingTop: 16 }}>
        <h1 className={classes.hidden}>{t.title}</h1>
        <Empty title={t.empty} text={choices.length > 0 ? t.emptyText : t.noEndpoints}>
          {choices.length > 0 && menu}
        </Empty>
      </div>
    );
  return (
    <div className={classes.page}>
      <h1 className={classes.hidden}>{t.title}</h1>
      <div className={classes.bar}>
        <TerminalTabs terminals={terminals} active={active} beside={beside} onShow={show} onClose={close} />
        <SegmentedControl
          size="xs"
          visibleFrom="sm"
          aria-label={t.title}
          value={beside ? 'beside' : 'tabs'}
          onChange={(value) => setBeside(value === 'beside')}
          data={[
            { value: 'tabs', label: t.tabs },
            { value: 'beside', label: t.beside },
          ]}
        />
        {menu}
      </div>
      <PanesHere />
    </div>
  );
}

function OpenMenu({
  choices,
  onOpen,
}: {
  choices: OpenTerminal[];
  onOpen: (terminal: OpenTerminal) => void;
}) {
  return (
    <Menu>
      <Menu.Target>
        <Button size="xs" leftSection={<IconPlus size={16} />} style={{ flexShrink: 0 }}>
          {t.open}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah="70vh" style={{ overflow: 'auto' }}>
        {choices.map((choice) => (
          <Menu.Item key={keyOf(choice)} onClick={() => onOpen(choice)}>
            {choice.name} · {t.kind[choice.kind]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function choicesOf(snapshot: Snapshot | undefined): OpenTerminal[] {
  return (snapshot?.ports ?? []).flatMap((port, index) => [
    ...port.servers.flatMap(({ endpoint, data }): OpenTerminal[] =>
      endpoint === undefined || data === false
        ? []
        : [
            { kind: 'xterm', name: endpoint },
            { kind: 'raw', name: endpoint },
          ],
    ),
    { kind: 'monitor' as const, name: port.name || String(index) },
  ]);
}
