/** A family of a text in Prometheus' format 0.0.4. */
export interface ParsedFamily {
  readonly help: string;
  readonly type: string;
  /** Values by labels, as in `port="a",reason="limit"`, in the order of the text. */
  readonly samples: Map<string, number>;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"/y;
const NUMBER = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|[+-]?Inf|NaN)$/i;
/** Units that are not base units, and words that belong to the type (promtool check metrics). */
const BAD_NAME = /_(milliseconds|ms|minutes|kilobytes|megabytes|counter|gauge)(_total)?$/;

/**
 * Reads the text, and throws at whatever the format (prometheus.io/docs/instrumenting/exposition_formats) or promtool's lint
 * does not allow.
 */
export function parseMetrics(text: string): Map<string, ParsedFamily> {
  if (!text.endsWith('\n')) throw new Error('The last line does not end');
  const families = new Map<string, ParsedFamily>();
  const helps = new Map<string, string>();
  let current = '';
  for (const line of text.slice(0, -1).split('\n')) {
    if (line === '') continue;
    const fault = (what: string) => new Error(`${what}: ${line}`);
    const meta = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (meta) {
      const [, kind, name = '', rest = ''] = meta;
      if (!NAME.test(name) || BAD_NAME.test(name)) throw fault('a bad name');
      if (kind === 'HELP') {
        if (helps.has(name)) throw fault('a second HELP');
        helps.set(name, rest);
        continue;
      }
      if (families.has(name)) throw fault('a second TYPE');
      if (!['counter', 'gauge'].includes(rest)) throw fault('an unknown type');
      if ((rest === 'counter') !== name.endsWith('_total'))
        throw fault('_total is for counters, and for them alone');
      families.set(name, { help: helps.get(name) ?? '', type: rest, samples: new Map() });
      if (!helps.has(name)) throw fault('no HELP before');
      current = name;
      continue;
    }
    if (line.startsWith('#')) continue;
    const sample = /^([^\s{]+)(?:\{(.*)\})? (\S+)$/.exec(line);
    const [, name = '', labels = '', value = ''] = sample ?? [];
    const family = families.get(name);
    if (!family || name !== current) throw fault('a sample outside of its family');
    if (!NUMBER.test(value)) throw fault('no number');
    const key = parseLabels(labels, fault);
    if (family.samples.has(key)) throw fault('a sample twice');
    if (family.type === 'counter' && !(Number(value) >= 0)) throw fault('a counter below 0');
    family.samples.set(key, Number(value));
  }
  for (const name of helps.keys()) if (!families.has(name)) throw new Error(`${name} has no TYPE`);
  return families;
}

function parseLabels(text: string, fault: (what: string) => Error): string {
  const names = new Set<string>();
  let at = 0;
  while (at < text.length) {
    if (at > 0 && text[at++] !== ',') throw fault('no comma between labels');
    LABEL.lastIndex = at;
    const name = LABEL.exec(text)?.[1];
    if (name === undefined || names.has(name)) throw fault('bad labels');
    names.add(name);
    at = LABEL.lastIndex;
  }
  return text;
}
