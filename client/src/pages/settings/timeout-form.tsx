import { Button, Card, Group, NumberInput, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useAction } from '../../components/use-action.js';
import { changeSettings } from '../../api/index.js';
import { ask, ifStill } from '../../rest.js';
import { texts } from '../../texts/texts.js';
import { duration } from '../../util/format.js';

const t = texts.settings;

interface Props {
  seconds: number | null;
  etag: string | undefined;
  admin: boolean;
  onChanged: () => void;
}

export function TimeoutForm({ seconds, etag, admin, onChanged }: Props) {
  const [value, setValue] = useState<number | string>(seconds ?? '');
  const { busy, run } = useAction();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const session_timeout = value === '' ? null : Number(value);
    void run(
      () => ask(changeSettings({ headers: ifStill(etag), body: { session_timeout } })),
      texts.common.saved,
    ).then(onChanged);
  };
  return (
    <Card component="section" aria-labelledby="timeout">
      <form onSubmit={submit}>
        <Stack>
          <Title order={2} size="h4" id="timeout">
            {t.sessions}
          </Title>
          <Group align="end">
            <NumberInput
              label={t.timeout}
              description={t.timeoutHint}
              placeholder={t.timeoutDefault}
              suffix={` ${texts.editor.seconds}`}
              min={0}
              maw={420}
              flex={1}
              disabled={!admin}
              value={value}
              onChange={setValue}
            />
            {admin && (
              <Button type="submit" loading={busy}>
                {texts.common.save}
              </Button>
            )}
          </Group>
          <Text size="sm" c="dimmed" mih={20}>
            {typeof value === 'number' && value > 0 && t.thatIs(duration(value))}
            {value === 0 && t.never}
          </Text>
        </Stack>
      </form>
    </Card>
  );
}
