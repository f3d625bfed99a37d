import { useLocalStorage } from '@mantine/hooks';

export type Enter = 'cr' | 'lf' | 'crlf';
export const ENTER: Record<Enter, string> = { cr: '\r', lf: '\n', crlf: '\r\n' };

export interface Preferences {
  fontSize: number;
  localEcho: boolean;
  enter: Enter;
  /** What is on the screen is also there for programs that read it out. */
  screenReader: boolean;
}

const DEFAULTS: Preferences = { fontSize: 14, localEcho: false, enter: 'cr', screenReader: false };

/** How this browser's user likes terminals. */
export function usePreferences(): [Preferences, (change: Partial<Preferences>) => void] {
  const [stored, store] = useLocalStorage<Preferences>({
    key: 'ser2tcp:terminal',
    defaultValue: DEFAULTS,
    getInitialValueInEffect: false,
  });
  const preferences = { ...DEFAULTS, ...stored };
  return [preferences, (change) => store({ ...preferences, ...change })];
}
