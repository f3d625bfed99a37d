import { ActionIcon, Card, Group, Text, Title, Tooltip } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { DetectedDevice } from '../../api/index.js';
import type { Snapshot } from '../../live/model.js';
import { texts } from '../../texts/texts.js';
import classes from './ports.module.css';

/** What is plugged in and serves nobody yet. */
export function DetectedDevices({ snapshot }: { snapshot: Snapshot }) {
  const free = snapshot.detected.filter(({ ports }) => !ports);
  if (free.length === 0) return null;
  return (
    <section aria-labelledby="detected">
      <Title order={2} size="h4" mt="xl" mb="sm" id="detected">
        {texts.ports.detected}
      </Title>
      <div className={classes.devices}>
        {free.map((device) => (
          <Device key={device.device} device={device} admin={snapshot.admin} />
        ))}
      </div>
    </section>
  );
}

function Device({ device, admin }: { device: DetectedDevice; admin: boolean }) {
  const about = [device.product ?? device.description, device.manufacturer, device.serial_number]
    .filter((part) => part && part !== 'n/a' && !device.device.endsWith(`/${part}`))
    .join(' · ');
  return (
    <Card padding="sm">
      <Group justify="space-between" wrap="nowrap" h="100%">
        <div>
          <Text ff="monospace" size="sm" fw={600}>
            {device.device}
          </Text>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {about || (device.hwid !== 'n/a' && device.hwid)}
          </Text>
        </div>
        {admin && (
          <Tooltip label={texts.common.add}>
            <ActionIcon
              component={Link}
              variant="light"
              color="signal"
              to={`/ports/new?device=${encodeURIComponent(device.device)}`}
              aria-label={texts.ports.detectedAdd(device.device)}
            >
              <IconPlus size={18} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
    </Card>
  );
}
