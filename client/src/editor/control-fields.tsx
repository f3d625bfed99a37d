import { Chip, Group, Input, Switch } from '@mantine/core';
import { LINES } from '../live/model.js';
import { texts } from '../texts/texts.js';
import { useDraftContext } from './draft.js';
import classes from './editor.module.css';
import { FlagField, NumberField } from './fields.js';
import type { Path } from './json.js';

const t = texts.editor;

/** Modem lines of a server, once they are switched on. */
export function ControlFields({ path: server }: { path: Path }) {
  const draft = useDraftContext();
  const path = [...server, 'control'];
  const on = (draft.get(path) ?? null) !== null;
  return (
    <>
      <Switch
        label={t.controlOn}
        checked={on}
        error={draft.errorAt(path)}
        onChange={() => draft.set(path, on ? undefined : { rts: true, dtr: true, signals: [...LINES] })}
      />
      {on && (
        <div className={classes.fields}>
          <FlagField path={[...path, 'rts']} label={t.controlRts} />
          <FlagField path={[...path, 'dtr']} label={t.controlDtr} />
          <NumberField
            path={[...path, 'poll_interval']}
            label={t.pollInterval}
            suffix={t.seconds}
            placeholder={`0.1 ${t.seconds}`}
          />
          <Signals path={[...path, 'signals']} />
        </div>
      )}
    </>
  );
}

function Signals({ path }: { path: Path }) {
  const draft = useDraftContext();
  const value = draft.get(path);
  return (
    <Input.Wrapper
      className="wide"
      label={t.controlSignals}
      labelElement="div"
      role="group"
      aria-label={t.controlSignals}
      error={draft.errorAt(path)}
    >
      <Chip.Group
        multiple
        value={Array.isArray(value) ? value.map(String) : []}
        onChange={(lines) =>
          draft.set(
            path,
            LINES.filter((line) => lines.includes(line)),
          )
        }
      >
        <Group gap="xs">
          {LINES.map((line) => (
            <Chip key={line} value={line} size="sm">
              {line.toUpperCase()}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </Input.Wrapper>
  );
}
