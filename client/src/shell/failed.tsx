import { Button, Code, Stack, Text, Title } from '@mantine/core';
import { useRouteError } from 'react-router';
import { sentence } from '../rest.js';
import { texts } from '../texts/texts.js';

/** The last net of a page. */
export function Failed() {
  const error = useRouteError();
  return (
    <Stack component="main" align="center" p="xl">
      <Title order={1} size="h3">
        {texts.common.failed}
      </Title>
      <Text>{texts.errors.boundary}</Text>
      <Code block>{sentence(error)}</Code>
      <Button onClick={() => location.reload()}>{texts.errors.reload}</Button>
    </Stack>
  );
}
