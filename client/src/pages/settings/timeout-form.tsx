import { Button, Card, Group, NumberInput, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useAction } from '../../components/use-action.js';
import { changeSettings, getSettings } from '../../api/index.js';
import { ask, ifStill, RestError } from '../../rest.js';
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
    const save = (still: string | undefined) =>
      ask(changeSettings({ headers: ifStill(still), body: { session_timeout } }));
    /** What somebody else changed meanwhile may have been an http server. */
    const afterAnother = async (error: unknown) => {
      if (!(error instanceof RestError) || error.status !== 412) throw error;
      const now = await ask(getSettings());
      if (now.body.session_timeout !== seconds) throw new Error(t.timeoutChanged, { cause: error });
      await save(now.etag);
    };
    void run(() => save(etag).catch(afterAnother), texts.common.saved).then(onChanged);
  };
  return (
    <Card component="section" aria-labelledby="timeout">
      <form onSubmit={submit}>
        <Stack>
          <Title order={2} size="h4" id="timeout">
            {t.sessions}
          </Title>
          <NumberInput
            label={t.timeout}
            description={t.timeoutHint}
            placeholder={t.timeoutDefault}
            suffix={` ${texts.editor.seconds}`}
            min={0}
            maw={420}
            disabled={!admin}
            value={value}
            onChange={setValue}
          />
          <Group justify="space-between">
            <Text size="sm" c="dimmed" mih={20}>
              {typeof value === 'number' && value > 0 && t.thatIs(duration(value))}
              {value === 0 && t.never}
            </Text>
            {admin && (
              <Button type="submit" loading={busy}>
                {texts.common.save}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
