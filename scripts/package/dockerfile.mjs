/** Reads a Dockerfile, as far as this project's goes: https://docs.docker.com/reference/dockerfile/. */

const KNOWN = ['WORKDIR', 'COPY', 'RUN', 'USER', 'VOLUME', 'ENV', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD'];
/** They say something to Docker and nothing to what is inside. */
const DECLARED = ['EXPOSE', 'STOPSIGNAL'];

/** The stages in their order, each with its name and instructions; throws for one that is not known here. */
export function stagesOf(text) {
  const lines = text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages = [];
  for (const line of lines) {
    const [, name, rest] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (name === 'FROM') stages.push({ name: / AS (\S+)$/i.exec(rest)?.[1], instructions: [] });
    else if (KNOWN.includes(name)) stages.at(-1).instructions.push({ name, rest: rest.trim() });
    else if (!DECLARED.includes(name))
      throw new Error(`the Dockerfile has an instruction that is not known here: ${line}`);
  }
  return stages;
}

/** What a container of a stage is started with. */
export function imageOf({ instructions }) {
  const all = (name) => instructions.filter((one) => one.name === name).map(({ rest }) => rest);
  const last = (name) => all(name).at(-1);
  const health = /^(?:--\S+ )*CMD (.*)$/.exec(last('HEALTHCHECK').replace(/\s+/g, ' '))[1];
  return {
    user: last('USER') ?? 'root',
    workdir: last('WORKDIR') ?? '/',
    volumes: all('VOLUME'),
    env: Object.fromEntries(all('ENV').flatMap((rest) => rest.split(/\s+/).map((pair) => pair.split('=')))),
    entrypoint: JSON.parse(last('ENTRYPOINT')),
    command: JSON.parse(last('CMD')),
    health: JSON.parse(health),
  };
}

/** Whether .dockerignore leaves a path of the context out: it, or a folder that it is in. */
export function ignorer(text) {
  const patterns = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) =>
      line
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('**/', '(?:.*/)?')
        .replace(/(?<![.)?])\*/g, '[^/]*'),
    );
  const pattern = new RegExp(`^(?:${patterns.join('|')})(?:/|$)`);
  return (path) => pattern.test(path);
}
