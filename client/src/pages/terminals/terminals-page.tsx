import { Button, Menu, SegmentedControl } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Empty } from '../../components/empty.js';
import { useTitle } from '../../components/page-head.js';
import { useSnapshot } from '../../live/live.js';
import type { PortStatus } from '../../api/index.js';
import { endpointsOf } from '../../ports/endpoints.js';
import { texts } from '../../texts/texts.js';
import { PanesHere } from './kept-panes.js';
import { labelOfTerminal } from './label.js';
import { keyOf, type OpenTerminal, useOpenTerminals } from './open-terminals.js';
import { TerminalTabs } from './terminal-tabs.js';
import classes from './terminals.module.css';

const t = texts.terminals;

/** Several terminals, in tabs or beside each other. All that are open stay connected, also those that are not seen, and while another page is. */
export default function TerminalsPage() {
  const { terminals, active, beside, open, close, show, setBeside } = useOpenTerminals();
  const ports = useSnapshot()?.ports ?? [];
  const choices = choicesOf(ports);
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
        <TerminalTabs
          terminals={terminals}
          ports={ports}
          active={active}
          beside={beside}
          onShow={show}
          onClose={close}
        />
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

function OpenMenu({ choices, onOpen }: { choices: Choice[]; onOpen: (terminal: OpenTerminal) => void }) {
  return (
    <Menu>
      <Menu.Target>
        <Button size="xs" leftSection={<IconPlus size={16} />} style={{ flexShrink: 0 }}>
          {t.open}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah="70vh" style={{ overflow: 'auto' }}>
        {choices.map(({ label, ...choice }) => (
          <Menu.Item key={keyOf(choice)} onClick={() => onOpen(choice)}>
            {label} · {t.kind[choice.kind]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

type Choice = OpenTerminal & { label: string };

function choicesOf(ports: readonly PortStatus[]): Choice[] {
  return ports.flatMap((port, index) => {
    const terminals: OpenTerminal[] = [
      ...endpointsOf(port).flatMap((name) => [
        { kind: 'xterm' as const, name },
        { kind: 'raw' as const, name },
      ]),
      { kind: 'monitor', name: port.name || String(index) },
    ];
    return terminals.map((terminal) => ({ ...terminal, label: labelOfTerminal(terminal, port, index) }));
  });
}
