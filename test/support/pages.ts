import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const PROJECT = join(import.meta.dirname, '..', '..');
export const PAGES = [
  'README.md',
  ...readdirSync(join(PROJECT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** What stands behind a fence: the language, and what is done with it. */
const FENCES = {
  json: 'is a configuration, or an entry of one: without mistakes and unknown keys',
  sh: 'is run',
  'sh serve': 'serves until the next one of its page, or the end of it',
  'sh client': 'is a client of somebody at a terminal: what is typed comes back',
  'sh package': 'is run by npm run test:package, since it installs packages',
  'sh docker': 'is held against the Dockerfile, since it needs Docker',
  'sh example': 'is only what bash takes: it needs root, a device or what must not be done by a test',
  js: 'is run',
  ts: 'is compiled and run',
  'yaml workflow': 'is examples/pipeline/workflow.yml, whose steps are run',
  'yaml prometheus': 'is a configuration of Prometheus: what it scrapes is served',
  nginx: 'is what nginx takes inside of a location',
  text: 'is what the program writes',
  'text help': 'has the options of --help',
} as const;
export type Fence = keyof typeof FENCES;

export interface Block {
  page: string;
  /** Page and line. */
  place: string;
  fence: string;
  text: string;
}

export const pageText = (page: string) => readFileSync(join(PROJECT, page), 'utf8');

/** Every fenced block, in the order of the pages. */
export const BLOCKS: readonly Block[] = PAGES.flatMap((page) => {
  const text = pageText(page);
  return [...text.matchAll(/^( *)```([^\n]*)\n([^]*?)^\1```$/gm)].map(
    ([, , fence = '', inside = ''], number, all) => ({
      page,
      place: `${page}:${text.slice(0, all[number]?.index).split('\n').length}`,
      fence: fence.trim(),
      text: inside,
    }),
  );
});

export const isFence = (fence: string): fence is Fence => Object.hasOwn(FENCES, fence);
/** The blocks of some fences. */
export const blocksOf = (...fences: Fence[]): Block[] =>
  BLOCKS.filter(({ fence }) => isFence(fence) && fences.includes(fence));
