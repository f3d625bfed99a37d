import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { getStatus, type OnePortStatus, type PortStatus } from '../api/index.js';
import { ask } from '../rest.js';
import type { SocketState } from './socket.js';
import type { Kind } from './use-terminal-socket.js';

/**
 * The port behind a terminal, asked for again whenever the connection has come to something else. Undefined for who has only
 * the endpoint's own token: it opens nothing else.
 */
export function usePort(
  kind: Kind,
  name: string,
  ownToken: string | undefined,
  { state }: SocketState = { state: 'connecting' },
): PortStatus | undefined {
  const mayAsk = ownToken === undefined;
  const { data, refetch } = useQuery({
    queryKey: ['terminal', kind, name],
    queryFn: async ({ signal }) => {
      const query = kind === 'monitor' ? { port: name } : { endpoint: name };
      return ((await ask(getStatus({ query, signal }))).body as OnePortStatus).port;
    },
    enabled: mayAsk,
  });
  useEffect(() => {
    if (mayAsk && state !== 'connecting') void refetch();
  }, [mayAsk, state, refetch]);
  return data;
}
