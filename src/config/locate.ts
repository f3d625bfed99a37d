import { findNodeAtLocation, Node, parseTree } from 'jsonc-parser';
import type { ConfigIssue, FilePlace } from './issues.js';
import { placeAt } from './json.js';

type Path = (string | number)[];

/**
 * Finds where in a JSON text a mistake stands.
 * @param where turns the parts of an issue's path into those that the text has, which may be of an old form
 */
export function locator(text: string, where: (path: Path) => Path) {
  const tree = parseTree(text);
  return (issue: ConfigIssue): FilePlace | undefined =>
    tree && placeOf(text, tree, where(segments(issue.path)));
}

function placeOf(text: string, tree: Node, path: Path): FilePlace {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    // The key names the place better than its value; an element of a list has no key.
    if (node) return placeAt(text, (node.parent?.type === 'property' ? node.parent : node).offset);
  }
  return placeAt(text, tree.offset);
}

/** `ports[0].serial` as the parts that lead there. */
function segments(path: string): Path {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, key, index]) =>
    index === undefined ? (key as string) : Number(index),
  );
}
