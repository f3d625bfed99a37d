import { Card, Group, Title } from '@mantine/core';
import type { PortStatus } from '../../api/index.js';
import { conditionOf } from '../../ports/condition.js';
import { deviceOf, lineSettings } from '../../ports/describe.js';
import { labelOf } from '../../ports/label.js';
import { PortLamps } from './port-lamps.js';
import { PortMenu } from './port-menu.js';
import { PortReason } from './port-reason.js';
import { EDGE, PortState } from './port-state.js';
import { PortTraffic } from './port-traffic.js';
import classes from './ports.module.css';
import { ServerList } from './server-list.js';

interface Props {
  port: PortStatus;
  index: number;
  /** What the API finds it by. */
  id: string;
  admin: boolean;
}

export function PortCard({ port, index, id, admin }: Props) {
  const condition = conditionOf(port);
  const name = labelOf(port, index);
  return (
    <Card
      component="section"
      aria-label={name}
      className={classes.card}
      style={{ '--edge': EDGE[condition] }}
    >
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="xs">
        <div className={classes.about}>
          <Title order={2} size="h4" className={classes.name}>
            {name}
          </Title>
          <div className={classes.device}>
            <span>{deviceOf(port.serial)}</span>{' '}
            <span className={classes.whole}>{lineSettings(port.serial)}</span>
          </div>
        </div>
        <Group gap={4} wrap="nowrap" mr={-8} style={{ flexShrink: 0 }}>
          <PortState condition={condition} />
          <PortMenu port={port} index={index} id={id} name={name} admin={admin} />
        </Group>
      </Group>
      <PortReason port={port} />
      <PortLamps port={port} id={id} admin={admin} />
      <PortTraffic port={port} index={index} />
      <ServerList port={port} id={id} />
    </Card>
  );
}
