import { Card, Stack, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

export function Section({
  title,
  action,
  children,
}: {
  title: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <Card component="section" aria-labelledby={id}>
      <Stack>
        <div style={{ display: 'flex', justifyContent: 'space-between', alignItems: 'center', gap: 8 }}>
          <Title order={2} size="h4" id={id}>
            {title}
          </Title>
          {action}
        </div>
        {children}
      </Stack>
    </Card>
  );
}
