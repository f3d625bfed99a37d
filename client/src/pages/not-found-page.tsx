import { Anchor, Stack, Title } from '@mantine/core';
import { Link } from 'react-router';
import { texts } from '../texts/texts.js';

export function NotFoundPage() {
  return (
    <Stack align="center" mt="xl">
      <Title order={1} size="h3">
        {texts.notFound.title}
      </Title>
      <Anchor component={Link} to="/">
        {texts.notFound.back}
      </Anchor>
    </Stack>
  );
}
