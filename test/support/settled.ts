import type { ConfigService } from '../../src/config/config.service.js';

/**
 * Done when the next change of the configuration counts. What is promised of the time after a change begins there: before it the file is written, and
 * how long a disk takes for that says nothing about the program.
 */
export function settled(config: ConfigService): Promise<void> {
  return new Promise((resolve) =>
    config.register({
      apply: () =>
        Promise.resolve({
          undo: () => Promise.resolve(),
          settle: () => Promise.resolve(resolve()),
        }),
    }),
  );
}
