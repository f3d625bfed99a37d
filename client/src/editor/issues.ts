import type { Issue } from '../api/index.js';

/** The server names values by their place in the file; the form by their place in what it edits. */
export const withinEntry = (issues: readonly Issue[]): Issue[] =>
  issues.map(({ path, message }) => ({ path: path.replace(/^(?:ports|http)\[\d+\]\.?/, ''), message }));
