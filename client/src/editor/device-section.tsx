import { Input, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { DetectedDevice } from '../api/index.js';
import { texts } from '../texts/texts.js';
import { useDraftContext } from './draft.js';
import classes from './editor.module.css';
import { TextField } from './fields.js';
import { MatchFields } from './match-fields.js';
import { Section } from './section.js';

const t = texts.editor;

/** The name, and which device it is: by its path or by what it says about itself. */
export function DeviceSection({ detected }: { detected: DetectedDevice[] }) {
  const draft = useDraftContext();
  const byMatch = draft.get(['serial', 'match']) !== undefined;
  /** What was there before the way was changed, for the way back. */
  const [other, setOther] = useState(draft.get(['serial', byMatch ? 'port' : 'match']));
  const change = (way: string) => {
    const [from, to] = way === 'match' ? (['port', 'match'] as const) : (['match', 'port'] as const);
    setOther(draft.get(['serial', from]));
    draft.set(['serial', from], undefined);
    draft.set(['serial', to], other ?? (to === 'match' ? {} : ''));
  };
  return (
    <Section title={t.sections.device}>
      <div className={classes.fields}>
        <TextField path={['name']} label={t.name} hint={t.nameHint} />
        <Input.Wrapper label={t.by} labelElement="div">
          <SegmentedControl
            fullWidth
            aria-label={t.by}
            value={byMatch ? 'match' : 'path'}
            onChange={change}
            data={[
              { value: 'path', label: t.byPath },
              { value: 'match', label: t.byMatch },
            ]}
          />
        </Input.Wrapper>
        {!byMatch && (
          <div className="wide">
            <TextField
              path={['serial', 'port']}
              within={['serial']}
              label={t.path}
              hint={t.pathHint}
              required
              suggestions={[...detected.map(({ device }) => device), 'loop://']}
            />
          </div>
        )}
      </div>
      {byMatch && <MatchFields detected={detected} />}
    </Section>
  );
}
