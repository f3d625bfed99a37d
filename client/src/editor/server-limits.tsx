import { Button, Collapse, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { texts } from '../texts/texts.js';
import { useDraftContext } from './draft.js';
import classes from './editor.module.css';
import { FlagField, ListField, NumberField } from './fields.js';
import type { Path } from './json.js';
import { LimitFields } from './limit-fields.js';
import type { Protocol } from './values.js';

const t = texts.editor;
const KEYS = [
  'allow',
  'deny',
  'max_connections',
  'on_limit',
  'send_timeout',
  'buffer_limit',
  'idle_timeout',
  'data',
];

/** What most servers leave as it is: open where something of it is set. */
export function ServerLimits({ protocol, path }: { protocol: Protocol; path: Path }) {
  const draft = useDraftContext();
  const used = KEYS.some((key) => draft.get([...path, key]) !== undefined);
  const wrong = KEYS.some((key) => draft.errorAt([...path, key]) !== undefined);
  const [unfolded, { toggle }] = useDisclosure(used);
  const open = unfolded || wrong;
  const Icon = open ? IconChevronDown : IconChevronRight;
  return (
    <div>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        leftSection={<Icon size={16} />}
        aria-expanded={open}
        onClick={toggle}
      >
        {t.limits}
      </Button>
      <Collapse expanded={open}>
        <Stack pt="sm">
          <div className={classes.fields}>
            {protocol !== 'socket' && (
              <>
                <ListField
                  path={[...path, 'allow']}
                  label={t.allow}
                  hint={t.networkHint}
                  placeholder={t.everybody}
                />
                <ListField
                  path={[...path, 'deny']}
                  label={t.deny}
                  hint={t.networkHint}
                  placeholder={t.nobody}
                />
              </>
            )}
            <LimitFields path={path} label={t.maxConnections} />
            <NumberField
              path={[...path, 'send_timeout']}
              label={t.sendTimeout}
              suffix={t.seconds}
              placeholder={`5 ${t.seconds}`}
            />
            <NumberField
              path={[...path, 'buffer_limit']}
              label={t.bufferLimit}
              suffix={t.bytes}
              placeholder={t.unlimited}
            />
            <NumberField
              path={[...path, 'idle_timeout']}
              label={t.idleTimeout}
              suffix={t.seconds}
              placeholder={t.never}
            />
          </div>
          <FlagField path={[...path, 'data']} label={t.data} hint={t.dataHint} fallback />
        </Stack>
      </Collapse>
    </div>
  );
}
