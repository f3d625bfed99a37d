/**
 * Changes a configuration file by the built ConfigService, for tests that end it on the way or take its rights away:
 * `node change-config.mjs FILE COUNT [UID]`. Generation N of the file is `documentOf(N)`; each change that is kept is told
 * by its number on stdout, one that is not by its sentence, and what runs then.
 */
import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { ConfigFile } from '../../dist/config/config-file.js';
import { ConfigService } from '../../dist/config/config.service.js';

const [path, count, uid] = process.argv.slice(2);
Logger.overrideLogger(false);
// Now that all is loaded: another user may not be allowed to read the program.
if (uid) {
  process.setgroups([]);
  process.setgid(Number(uid));
  process.setuid(Number(uid));
}

try {
  const file = new ConfigFile(path);
  const { config } = await file.read();
  const service = new ConfigService(file, config);
  let running = config.document.generation;
  service.register({
    apply: (next) => {
      const before = running;
      running = next.document.generation;
      return Promise.resolve({
        undo: () => Promise.resolve(void (running = before)),
        settle: () => Promise.resolve(),
      });
    },
  });
  for (let kept = 0; kept < Number(count); kept++) {
    await service
      .change((draft) => {
        draft.generation += 1;
        draft.filler = String(draft.generation).repeat(20_000);
      })
      .then(
        () => console.log(service.current.document.generation),
        (error) => console.log(`${error.name}: ${error.message}; running: ${running}`),
      );
  }
} catch (error) {
  console.log(`${error.name}: ${error.message}`);
}
