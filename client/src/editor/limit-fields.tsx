import { texts } from '../texts/texts.js';
import { ChoiceField, NumberField } from './fields.js';
import type { Path } from './json.js';
import type { Choice } from './values.js';

const t = texts.editor;
const ON_LIMIT: Choice[] = [
  { label: t.onLimitChoices.reject, values: ['reject'] },
  { label: t.onLimitChoices.kick, values: ['kick-oldest'] },
];

/** How many clients, for a port or a server of it. */
export function LimitFields({ path, label }: { path: Path; label: string }) {
  return (
    <>
      <NumberField path={[...path, 'max_connections']} label={label} placeholder={t.unlimited} />
      <ChoiceField
        path={[...path, 'on_limit']}
        label={t.onLimit}
        choices={ON_LIMIT}
        fallback={texts.common.byDefault(t.onLimitChoices.reject)}
      />
    </>
  );
}
