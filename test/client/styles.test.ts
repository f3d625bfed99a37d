import { expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const BUILT = join(import.meta.dirname, '../../dist/console/assets');
const MANTINE = createRequire(import.meta.url).resolve('@mantine/core/styles.css');

const textOf = (end: string) =>
  readdirSync(BUILT)
    .filter((name) => name.endsWith(end))
    .map((name) => readFileSync(join(BUILT, name), 'utf8'))
    .join('\n');
/** Mantine's class names, which stand in its scripts and in its styles. */
const classesIn = (text: string) => new Set(text.match(/\bm_[0-9a-f]{6,8}\b/g));

it('has the styles of all parts of Mantine that it uses, and of no others', () => {
  const known = classesIn(readFileSync(MANTINE, 'utf8'));
  const used = [...classesIn(textOf('.js'))].filter((name) => known.has(name));
  const styled = classesIn(textOf('.css'));
  expect(used.length).toBeGreaterThan(100);
  expect(used.filter((name) => !styled.has(name))).toEqual([]);
  const files = readFileSync(join(import.meta.dirname, '../../client/src/styles.css'), 'utf8');
  const idle = [...files.matchAll(/@mantine\/core\/(styles\/[A-Z]\w+\.css)/g)].filter(([, file = '']) => {
    const own = classesIn(readFileSync(join(MANTINE, '..', file), 'utf8'));
    return !used.some((name) => own.has(name));
  });
  expect(idle.map(([, file]) => file)).toEqual([]);
});
