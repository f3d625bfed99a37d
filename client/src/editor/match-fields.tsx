import { Alert, Input, Select, Text } from '@mantine/core';
import type { MatchCriteria } from '../../../src/serial/match-criteria.js';
import type { DetectedDevice } from '../api/index.js';
import { matching } from '../ports/match.js';
import { texts } from '../texts/texts.js';
import { useDraftContext } from './draft.js';
import classes from './editor.module.css';
import { TextField } from './fields.js';
import { MATCH_KEYS } from './values.js';

const t = texts.editor;

/** The attributes a device is found by, and which one that is right now. */
export function MatchFields({ detected }: { detected: DetectedDevice[] }) {
  const draft = useDraftContext();
  const error = draft.errorAt(['serial', 'match'], ['serial']);
  const usb = detected.filter(({ vid }) => vid !== undefined);
  const take = (name: string | null) => {
    const device = usb.find((one) => one.device === name);
    if (!device) return;
    const { vid, pid, serial_number, location } = device;
    const marks = Object.entries({ vid, pid, ...(serial_number ? { serial_number } : { location }) });
    draft.set(
      ['serial', 'match'],
      Object.fromEntries(marks.flatMap(([key, value]) => (value ? [[key, value]] : []))),
    );
  };
  return (
    <>
      {usb.length > 0 && (
        <Select
          label={t.takeFrom}
          placeholder={t.takeFromNone}
          data={usb.map(({ device, product }) => ({
            value: device,
            label: [device, product].filter(Boolean).join(' · '),
          }))}
          value={null}
          onChange={take}
        />
      )}
      <Text size="sm" c="dimmed">
        {t.matchHint}
      </Text>
      <div className={classes.fields}>
        {MATCH_KEYS.map((key) => (
          <TextField key={key} path={['serial', 'match', key]} label={t.match[key]} />
        ))}
      </div>
      {error && <Input.Error>{error}</Input.Error>}
      <Preview criteria={(draft.get(['serial', 'match']) ?? {}) as MatchCriteria} detected={detected} />
    </>
  );
}

function Preview({ criteria, detected }: { criteria: MatchCriteria; detected: DetectedDevice[] }) {
  const found = matching(criteria, detected);
  const names = found.map(({ device, product }) => (product ? `${device} (${product})` : device)).join(', ');
  const given = Object.keys(criteria).length > 0;
  return (
    <Alert role="status" color={found.length === 1 ? 'teal' : found.length > 1 ? 'red' : 'gray'}>
      {!given && t.matchEmpty}
      {given && found.length === 0 && t.matchNone}
      {found.length === 1 && t.matchOne(names)}
      {found.length > 1 && t.matchMany(names)}
    </Alert>
  );
}
