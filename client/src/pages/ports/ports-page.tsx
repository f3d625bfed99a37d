import { Title } from '@mantine/core';
import { texts } from '../../texts/texts.js';

export function PortsPage() {
  return <Title order={1}>{texts.ports.title}</Title>;
}
