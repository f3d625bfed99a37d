import { MantineProvider } from '@mantine/core';
import { modals, ModalsProvider } from '@mantine/modals';
import { notifications, Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect } from 'react';
import { RouterProvider } from 'react-router/dom';
import { SAVED } from './editor/use-leave-guard.js';
import { LiveProvider } from './live/live.js';
import { StatusStream } from './live/status-stream.js';
import { RestError } from './rest.js';
import { router } from './routes.js';
import { session } from './session/session.js';
import { SessionGate } from './session/session-gate.js';
import { theme, variables } from './theme.js';

const stream = new StatusStream();
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server refuses it refuses again; only what did not reach it is worth a second try.
      retry: (failures, error) => error instanceof RestError && error.status === 0 && failures < 3,
    },
  },
});

/** After a login everything is asked for again, in place; a session that has ended by itself leaves the page as it is. */
function useSessionChanges() {
  useEffect(
    () =>
      session.subscribe(() => {
        if (session.wanted()) return;
        stream.restart();
        void queries.invalidateQueries();
      }),
    [],
  );
  useEffect(() => session.onLogout(forget), []);
}

/** Who logs out leaves nothing to be seen by who comes next. */
function forget(): void {
  modals.closeAll();
  notifications.clean();
  void router.navigate('/', { replace: true, state: SAVED });
  queries.clear();
  stream.forget();
}

export function App() {
  useSessionChanges();
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <ModalsProvider>
          {/* Above the buttons of a form, which stand at the foot of the window. */}
          <Notifications position="bottom-right" style={{ marginBottom: '3.75rem' }} />
          <LiveProvider stream={stream}>
            <SessionGate>
              <RouterProvider router={router} />
            </SessionGate>
          </LiveProvider>
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
