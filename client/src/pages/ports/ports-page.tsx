import { Button, Skeleton, Text, TextInput } from '@mantine/core';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { Empty } from '../../components/empty.js';
import { PageHead } from '../../components/page-head.js';
import { useSnapshot } from '../../live/live.js';
import type { PortStatus } from '../../api/index.js';
import type { Snapshot } from '../../live/model.js';
import { deviceOf } from '../../ports/describe.js';
import { keyOf } from '../../ports/key.js';
import { texts } from '../../texts/texts.js';
import { DetectedDevices } from './detected-devices.js';
import { PortCard } from './port-card.js';
import classes from './ports.module.css';

/** From here on a list is too long to look through. */
const MANY = 8;

export function PortsPage() {
  const snapshot = useSnapshot();
  const [wanted, setWanted] = useState('');
  return (
    <>
      <PageHead title={texts.ports.title}>
        {snapshot && snapshot.ports.length >= MANY && (
          <TextInput
            aria-label={texts.ports.search}
            placeholder={texts.ports.search}
            leftSection={<IconSearch size={16} />}
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
          />
        )}
        {snapshot?.admin && <AddPort />}
      </PageHead>
      {snapshot ? <Ports snapshot={snapshot} wanted={wanted} /> : <Loading />}
    </>
  );
}

function Ports({ snapshot, wanted }: { snapshot: Snapshot; wanted: string }) {
  const { ports, admin } = snapshot;
  const shown = ports.map((port, index) => ({ port, index })).filter(({ port }) => fits(port, wanted));
  return (
    <>
      {ports.length === 0 && (
        <Empty title={texts.ports.empty} text={admin ? texts.ports.emptyText : texts.ports.emptyUser}>
          {admin && <AddPort />}
        </Empty>
      )}
      {ports.length > 0 && shown.length === 0 && <Text c="dimmed">{texts.ports.noMatch}</Text>}
      <div className={classes.grid}>
        {shown.map(({ port, index }) => (
          <PortCard
            key={`${index} ${port.name ?? ''}`}
            port={port}
            index={index}
            id={keyOf(ports, index)}
            admin={admin}
          />
        ))}
      </div>
      <DetectedDevices snapshot={snapshot} />
    </>
  );
}

function AddPort() {
  return (
    <Button component={Link} to="/ports/new" leftSection={<IconPlus size={18} />}>
      {texts.ports.add}
    </Button>
  );
}

function Loading() {
  return (
    <div className={classes.grid} aria-busy="true">
      {[0, 1, 2].map((key) => (
        <Skeleton key={key} height={280} radius="md" />
      ))}
    </div>
  );
}

function fits(port: PortStatus, wanted: string): boolean {
  const text = [
    port.name,
    deviceOf(port.serial),
    ...port.servers.flatMap((server) => [server.endpoint, server.port]),
  ];
  return text.join(' ').toLowerCase().includes(wanted.trim().toLowerCase());
}
