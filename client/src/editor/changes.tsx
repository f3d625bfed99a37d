import { Text } from '@mantine/core';
import { texts } from '../texts/texts.js';
import classes from './conflict.module.css';
import { type Change, itemsOf, type Path, pathText, written } from './json.js';

const t = texts.conflict;

interface Props {
  title: string;
  changes: Change[];
  /** What another one changed. */
  against?: Change[];
}

/** What somebody changed: each setting as it was and as it is now; of a list only what it does not have in common with the other. */
export function Changes({ title, changes, against = [] }: Props) {
  const clashes = ({ path }: Change) =>
    against.some((other) => within(path, other.path) || within(other.path, path));
  return (
    <section aria-label={title}>
      <Text fw={600}>{title}</Text>
      <ul className={classes.changes}>
        {changes.map((change) => (
          <li key={pathText(change.path)}>
            <span className={classes.path}>{pathText(change.path)}</span>
            {clashes(change) && (
              <Text size="xs" c="var(--mantine-color-error)">
                {t.clash}
              </Text>
            )}
            <Sides change={change} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Sides({ change: { before, after } }: { change: Change }) {
  const [gone, come] = itemsOf(before, after);
  const sides = [
    [t.before, gone],
    [t.now, come],
  ] as const;
  return (
    <dl className={classes.sides}>
      {sides.map(([label, items]) => (
        <div key={label}>
          <dt>{label}</dt>
          {items.length === 0 && <dd>{t.nothing}</dd>}
          {items.map((item, at) => (
            <dd key={at}>{written(item)}</dd>
          ))}
        </div>
      ))}
    </dl>
  );
}

const within = (path: Path, outer: Path) => outer.every((key, at) => path[at] === key);
