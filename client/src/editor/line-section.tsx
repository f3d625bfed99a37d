import { Input } from '@mantine/core';
import { texts } from '../texts/texts.js';
import { BaudrateField } from './baudrate-field.js';
import classes from './editor.module.css';
import { ChoiceField, FlagField, TriField } from './fields.js';
import { Section } from './section.js';
import { BYTESIZES, PARITIES, STOPBITS } from './values.js';

const t = texts.editor;
const usual = texts.common.byDefault;

export function LineSection() {
  return (
    <Section title={t.sections.line}>
      <div className={classes.fields}>
        <BaudrateField />
        <ChoiceField
          path={['serial', 'bytesize']}
          label={t.bytesize}
          choices={BYTESIZES}
          fallback={usual('8')}
        />
        <ChoiceField
          path={['serial', 'parity']}
          label={t.parity}
          choices={PARITIES}
          fallback={usual(t.parities.none)}
        />
        <ChoiceField
          path={['serial', 'stopbits']}
          label={t.stopbits}
          choices={STOPBITS}
          fallback={usual('1')}
        />
      </div>
      <Input.Wrapper label={t.flow} labelElement="div" role="group" aria-label={t.flow}>
        <div className={classes.switches}>
          <FlagField path={['serial', 'xonxoff']} label={t.xonxoff} />
          <FlagField path={['serial', 'rtscts']} label={t.rtscts} />
          <FlagField path={['serial', 'dsrdtr']} label={t.dsrdtr} hint={t.dsrdtrHint} />
        </div>
      </Input.Wrapper>
      <Input.Wrapper label={t.opening} labelElement="div" role="group" aria-label={t.opening}>
        <div className={classes.fields}>
          <TriField path={['serial', 'dtr']} label={t.dtr} fallback={t.asSystem} />
          <TriField path={['serial', 'rts']} label={t.rts} fallback={t.asSystem} />
          <TriField path={['serial', 'hupcl']} label={t.hupcl} fallback={t.asSystem} />
          <TriField path={['serial', 'exclusive']} label={t.exclusive} fallback={usual(texts.common.on)} />
        </div>
      </Input.Wrapper>
    </Section>
  );
}
