import { useQuery } from '@tanstack/react-query';
import { ask } from '../../rest.js';

export interface User {
  login: string;
  admin: boolean;
  /** Seconds; 0 for never; absent for what is set for all. */
  session_timeout?: number;
}

export interface Token {
  id: string;
  /** In full only where the file has it in clear. */
  token: string;
  name: string;
  admin: boolean;
  created?: string;
  last_used?: string;
  expires?: string;
}

const list = <T>(what: string) => ({
  queryKey: ['accounts', what],
  queryFn: async ({ signal }: { signal: AbortSignal }) => (await ask<T[]>('GET', what, { signal })).body,
});

export const useUsers = () => useQuery(list<User>('users'));
export const useTokens = () => useQuery(list<Token>('tokens'));
