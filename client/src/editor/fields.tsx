import { Autocomplete, NumberInput, Select, Switch, TagsInput, TextInput } from '@mantine/core';
import { texts } from '../texts/texts.js';
import { useDraftContext } from './draft.js';
import { asText, type Json, type Path } from './json.js';
import { type Choice, choiceOf } from './values.js';

interface FieldProps {
  path: Path;
  label: string;
  hint?: string;
  placeholder?: string;
  required?: boolean;
  /** Around it, for mistakes that no field of their own shows. */
  within?: Path;
}

function useField({ path, label, hint, placeholder, required, within }: FieldProps) {
  const draft = useDraftContext();
  return {
    value: draft.get(path),
    set: (value: Json | undefined) => draft.set(path, value),
    common: {
      label,
      description: hint,
      placeholder,
      withAsterisk: required ?? false,
      error: draft.errorAt(path, ...(within ? [within] : [])),
    },
  };
}

export function TextField({ suggestions, ...props }: FieldProps & { suggestions?: string[] }) {
  const { value, set, common } = useField(props);
  const text = asText(value);
  const change = (next: string) => set(next === '' ? undefined : next);
  // The focus alone opens no list: it would lie over what is wrong with the field.
  if (suggestions)
    return <Autocomplete {...common} data={suggestions} value={text} onChange={change} openOnFocus={false} />;
  return <TextInput {...common} value={text} onChange={(event) => change(event.currentTarget.value)} />;
}

/** A number; empty for the default, which stands in the field as its placeholder. */
export function NumberField({ suffix, ...props }: FieldProps & { suffix?: string }) {
  const { value, set, common } = useField(props);
  return (
    <NumberInput
      {...common}
      suffix={suffix ? ` ${suffix}` : ''}
      value={typeof value === 'number' ? value : asText(value)}
      onChange={(next) => set(next === '' ? undefined : next)}
    />
  );
}

/** A choice between values. What the file says in another way, or what the form does not know, is kept until it is changed. */
export function ChoiceField({
  choices,
  fallback,
  ...props
}: FieldProps & { choices: Choice[]; fallback: string }) {
  const { value, set, common } = useField(props);
  const at = choiceOf(choices, value);
  const unknown = value !== undefined && at < 0;
  return (
    <Select
      {...common}
      allowDeselect={false}
      data={[
        { value: 'default', label: fallback },
        ...choices.map(({ label }, index) => ({ value: String(index), label })),
        ...(unknown ? [{ value: 'unknown', label: asText(value) }] : []),
      ]}
      value={value === undefined ? 'default' : unknown ? 'unknown' : String(at)}
      onChange={(chosen) => {
        if (chosen === 'default') set(undefined);
        else if (chosen !== 'unknown') set(choices[Number(chosen)]?.values[0]);
      }}
    />
  );
}

/** On or off, with a default that is not written. */
export function FlagField({ fallback = false, ...props }: FieldProps & { fallback?: boolean }) {
  const { value, set, common } = useField(props);
  const { label, description, error } = common;
  return (
    <Switch
      label={label}
      description={description}
      error={error}
      checked={typeof value === 'boolean' ? value : fallback}
      onChange={(event) =>
        set(event.currentTarget.checked === fallback ? undefined : event.currentTarget.checked)
      }
    />
  );
}

const ON_OFF: Choice[] = [
  { label: texts.common.on, values: [true] },
  { label: texts.common.off, values: [false] },
];
/** On, off, or not said. */
export const TriField = (props: FieldProps & { fallback: string }) => (
  <ChoiceField {...props} choices={ON_OFF} />
);

/** A list of texts; empty, it is not written. */
export function ListField({ suggestions, ...props }: FieldProps & { suggestions?: string[] }) {
  const { value, set, common } = useField(props);
  const list = Array.isArray(value) ? value.map(asText) : [];
  return (
    <TagsInput
      {...common}
      data={suggestions ?? []}
      splitChars={[',', ' ']}
      value={list}
      onChange={(next) => set(next.length > 0 ? next : undefined)}
    />
  );
}
