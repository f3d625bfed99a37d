import { Center, Loader } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import type { Kind } from './use-terminal-socket.js';

/** Each comes when the first of it is opened. */
const VIEWS = {
  xterm: lazy(() => import('./xterm-view.js')),
  raw: lazy(() => import('./raw-view.js')),
  monitor: lazy(() => import('./monitor-view.js')),
};

interface Props {
  kind: Kind;
  name: string;
  token?: string | undefined;
  lead?: ReactNode;
}

export function TerminalPane({ kind, name, token: given, lead }: Props) {
  const [token, setToken] = useState(given);
  const View = VIEWS[kind];
  return (
    <Suspense
      fallback={
        <Center h="100%">
          <Loader />
        </Center>
      }
    >
      <View key={`${kind} ${name}`} name={name} token={token} onToken={setToken} lead={lead} />
    </Suspense>
  );
}
