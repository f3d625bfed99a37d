import { Anchor, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { readEntry } from '../../ports/requests.js';
import { RestError, sentence } from '../../rest.js';
import { texts } from '../../texts/texts.js';
import { EditPort } from './edit-port.js';

export default function EditPortPage() {
  const { port = '' } = useParams();
  const entry = useQuery({
    queryKey: ['port', port],
    queryFn: async ({ signal }) => {
      const { body, etag } = await readEntry(port, signal);
      return { port, entry: body, etag };
    },
    staleTime: Infinity,
    gcTime: 0,
    refetchOnReconnect: false,
  });

  if (entry.isPending) return <Skeleton height={400} />;
  // What is being edited stays, also when it cannot be read any more.
  if (entry.data) return <EditPort key={port} first={entry.data} />;
  return (
    <Stack align="center" mt="xl">
      <Text>
        {entry.error instanceof RestError && entry.error.status === 404
          ? texts.editor.notFound
          : sentence(entry.error)}
      </Text>
      <Anchor component={Link} to="/">
        {texts.notFound.back}
      </Anchor>
    </Stack>
  );
}
