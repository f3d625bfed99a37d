import { Card, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** What to do where nothing is yet. */
export function Empty({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
  return (
    <Card padding="xl">
      <Stack align="center" gap="sm" py="lg">
        <Title order={2} size="h4">
          {title}
        </Title>
        <Text c="dimmed" ta="center" maw={520}>
          {text}
        </Text>
        {children}
      </Stack>
    </Card>
  );
}
