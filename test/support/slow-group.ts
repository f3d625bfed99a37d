import { execFile } from 'node:child_process';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A system that is slow to tell the number of a group, for a program with this environment. */
export interface SlowGroup {
  readonly path: string;
  /** Done when it is asked. */
  readonly asked: Promise<unknown>;
  /** Done when it is asked another time. */
  askedAgain(): Promise<unknown>;
  /** It tells. */
  answer(): Promise<void>;
}

/** Makes it in a folder, which comes first in `path`. */
export async function slowGroup(folder: string): Promise<SlowGroup> {
  const [asked, answer] = [join(folder, 'asked'), join(folder, 'answer')];
  await promisify(execFile)('mkfifo', [asked, answer]);
  const script = `#!/bin/sh\necho asked > '${asked}'\nexec timeout 30 cat '${answer}'\n`;
  await writeFile(join(folder, 'getent'), script, { mode: 0o755 });
  return {
    path: `${folder}:/usr/bin:/bin`,
    asked: readFile(asked),
    askedAgain: () => readFile(asked),
    answer: async () => {
      const pipe = await open(answer, 'w');
      await pipe.write(`slow:x:${process.getgid?.()}:\n`);
      await pipe.close();
    },
  };
}
