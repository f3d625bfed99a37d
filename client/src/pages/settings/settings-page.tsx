import { Alert, Button, Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { PageHead } from '../../components/page-head.js';
import classes from '../../editor/editor.module.css';
import { useSnapshot } from '../../live/live.js';
import { getSettings } from '../../api/index.js';
import { ask, sentence } from '../../rest.js';
import { texts } from '../../texts/texts.js';
import { HttpCard } from './http-card.js';
import { HttpDialog } from './http-dialog.js';
import { TimeoutForm } from './timeout-form.js';

const t = texts.settings;

export default function SettingsPage() {
  const admin = useSnapshot()?.admin ?? false;
  const queries = useQueryClient();
  const settings = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => ask(getSettings({ signal })),
  });
  const [dialog, setDialog] = useState<{ index?: number }>();
  const renew = () => void queries.invalidateQueries({ queryKey: ['settings'] });
  if (settings.isPending) return <Skeleton height={300} />;
  if (settings.isError) return <Alert color="red">{sentence(settings.error)}</Alert>;
  const { body, etag } = settings.data;
  const edited = dialog?.index === undefined ? undefined : body.http[dialog.index];
  return (
    <div className={classes.page}>
      <PageHead title={t.title} />
      <Stack>
        <Card component="section" aria-labelledby="http">
          <Stack>
            <Group justify="space-between" gap="xs">
              <Title order={2} size="h4" id="http">
                {t.http}
              </Title>
              {admin && (
                <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setDialog({})}>
                  {t.addHttp}
                </Button>
              )}
            </Group>
            <Text size="sm" c="dimmed">
              {t.httpHint}
            </Text>
            {body.http.map((entry, index) => (
              <HttpCard
                key={index}
                entry={entry}
                index={index}
                etag={etag}
                admin={admin}
                only={body.http.length === 1}
                onEdit={() => setDialog({ index })}
                onChanged={renew}
              />
            ))}
          </Stack>
        </Card>
        <TimeoutForm
          key={String(body.session_timeout)}
          seconds={body.session_timeout}
          etag={etag}
          admin={admin}
          onChanged={renew}
        />
      </Stack>
      {dialog && (
        <HttpDialog
          entry={edited}
          index={dialog.index}
          etag={etag}
          onDone={() => {
            setDialog(undefined);
            renew();
          }}
          onClose={() => setDialog(undefined)}
        />
      )}
    </div>
  );
}
