import { useQuery } from '@tanstack/react-query';
import { listTokens, listUsers } from '../../api/index.js';
import { ask } from '../../rest.js';

export const useUsers = () =>
  useQuery({
    queryKey: ['accounts', 'users'],
    queryFn: async ({ signal }) => (await ask(listUsers({ signal }))).body,
  });

export const useTokens = () =>
  useQuery({
    queryKey: ['accounts', 'tokens'],
    queryFn: async ({ signal }) => (await ask(listTokens({ signal }))).body,
  });
