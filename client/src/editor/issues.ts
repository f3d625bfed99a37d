import type { Issue } from '../api/index.js';
import { type Path, pathText } from './json.js';

/** The server names values by their place in the file; the form by their place in what it edits. */
export const withinEntry = (issues: readonly Issue[]): Issue[] =>
  issues.map(({ path, message }) => ({ path: path.replace(/^(?:ports|http)\[\d+\]\.?/, ''), message }));

/** The same mistakes after an item of a list was taken out: those of the items behind it move along. */
export function withoutItem(issues: readonly Issue[], list: Path, at: number): Issue[] {
  const start = `${pathText(list)}[`;
  return issues.flatMap(({ path, message }) => {
    const [, index, rest = ''] = /^(\d+)\](.*)/.exec(path.slice(start.length)) ?? [];
    if (!path.startsWith(start) || index === undefined || Number(index) < at) return { path, message };
    return Number(index) === at ? [] : { path: `${start}${Number(index) - 1}]${rest}`, message };
  });
}
