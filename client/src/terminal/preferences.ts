import { useLocalStorage } from '@mantine/hooks';

export type Enter = 'cr' | 'lf' | 'crlf';
export const ENTER: Record<Enter, string> = { cr: '\r', lf: '\n', crlf: '\r\n' };
/** What the hex view sends behind a text. */
export type Append = Enter | 'none';
export const APPEND: Record<Append, string> = { ...ENTER, none: '' };

export interface Preferences {
  fontSize: number;
  localEcho: boolean;
  enter: Enter;
  append: Append;
  /** What is on the screen is also there for programs that read it out. */
  screenReader: boolean;
}

const DEFAULTS: Omit<Preferences, 'append'> = {
  fontSize: 14,
  localEcho: false,
  enter: 'cr',
  screenReader: false,
};

/** How this browser's user likes terminals. */
export function usePreferences(): [Preferences, (change: Partial<Preferences>) => void] {
  const [stored, store] = useLocalStorage<Partial<Preferences>>({
    key: 'ser2tcp:terminal',
    defaultValue: DEFAULTS,
    getInitialValueInEffect: false,
  });
  const { append = stored.enter ?? DEFAULTS.enter } = stored;
  const preferences = { ...DEFAULTS, ...stored, append };
  return [preferences, (change) => store({ ...preferences, ...change })];
}
