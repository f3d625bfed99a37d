import { Autocomplete } from '@mantine/core';
import { texts } from '../texts/texts.js';
import { useDraftContext } from './draft.js';
import { asText } from './json.js';
import { BAUDRATES } from './values.js';

const PATH = ['serial', 'baudrate'];

/** The usual rates, or any other. */
export function BaudrateField() {
  const draft = useDraftContext();
  const value = draft.get(PATH);
  const change = (text: string) => {
    if (text === '') return draft.set(PATH, undefined);
    return draft.set(PATH, /^\d+$/.test(text) ? Number(text) : text);
  };
  return (
    <Autocomplete
      label={texts.editor.baudrate}
      placeholder={texts.common.byDefault('9600')}
      inputMode="numeric"
      data={BAUDRATES.map(String)}
      // A rate that stands there is no search: all others stay on offer.
      filter={({ options }) => options}
      value={asText(value)}
      error={draft.errorAt(PATH)}
      onChange={change}
    />
  );
}
