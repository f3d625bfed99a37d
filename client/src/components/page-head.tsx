import { Group, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { texts } from '../texts/texts.js';

/** The title of a page, in the window's too, and what can be done on it. */
export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  useTitle(title);
  return (
    <Group justify="space-between" mb="md" mih={36}>
      <Title order={1} size="h2">
        {title}
      </Title>
      <Group gap="sm">{children}</Group>
    </Group>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${texts.app}`;
  }, [title]);
}
