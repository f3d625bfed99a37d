import { useSessionStorage } from '@mantine/hooks';
import { endpointPath } from '../../ports/endpoint-path.js';
import type { Kind } from '../../terminal/use-terminal-socket.js';

export interface OpenTerminal {
  kind: Kind;
  name: string;
}

interface Opened {
  terminals: OpenTerminal[];
  active: string;
  beside: boolean;
}

const NONE: Opened = { terminals: [], active: '', beside: false };

export const keyOf = ({ kind, name }: OpenTerminal): string => `${kind}:${name}`;

/** Where a terminal has a page of its own. */
export function pageOf({ kind, name }: OpenTerminal): string {
  return `/${kind}/${kind === 'monitor' ? encodeURIComponent(name) : endpointPath(name)}`;
}

/** The terminals of this browser tab; a reload opens them again. */
export function useOpenTerminals() {
  const [opened, set, closeAll] = useSessionStorage<Opened>({
    key: 'ser2tcp:terminals',
    defaultValue: NONE,
    getInitialValueInEffect: false,
  });
  return {
    ...opened,
    closeAll,
    open: (terminal: OpenTerminal) =>
      set(({ terminals, beside }) => ({
        terminals: terminals.some((one) => keyOf(one) === keyOf(terminal))
          ? terminals
          : [...terminals, terminal],
        active: keyOf(terminal),
        beside,
      })),
    close: (key: string) =>
      set(({ terminals, active, beside }) => {
        const left = terminals.filter((one) => keyOf(one) !== key);
        const next = left.at(-1);
        return { terminals: left, active: active === key && next ? keyOf(next) : active, beside };
      }),
    show: (active: string) => set((before) => ({ ...before, active })),
    setBeside: (beside: boolean) => set((before) => ({ ...before, beside })),
  };
}
