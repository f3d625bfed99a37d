import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';
import { texts } from './texts/texts.js';

/** A petrol that keeps 4.5:1 against white at 7 and above, and against the dark surfaces at 3 and below. */
const signal: MantineColorsTuple = [
  '#e3f9fb',
  '#c9eef2',
  '#96dde6',
  '#5fcbd9',
  '#36bbcd',
  '#1a9fb3',
  '#0f8899',
  '#0b7285',
  '#095f6f',
  '#064b58',
];

/** Cool greys for the dark scheme, so that lamps and terminals stand out. */
const dark: MantineColorsTuple = [
  '#d5dde2',
  '#b6c2c9',
  '#97a6af',
  '#6d7e88',
  '#43525b',
  '#2f3c44',
  '#222d34',
  '#182127',
  '#11181c',
  '#0b1013',
];

export const MONO =
  'ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace';

export const theme = createTheme({
  primaryColor: 'signal',
  primaryShade: { light: 7, dark: 7 },
  colors: { signal, dark },
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: MONO,
  headings: { fontWeight: '650' },
  respectReducedMotion: true,
  components: {
    Tooltip: {
      defaultProps: { withArrow: true, openDelay: 300, events: { hover: true, focus: true, touch: true } },
    },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'lg' } },
    Card: { defaultProps: { withBorder: true, padding: 'md' } },
    Modal: {
      defaultProps: { centered: true },
      styles: { title: { fontSize: '1.125rem', fontWeight: 650 } },
    },
    // Those of dialogs, drawers and notifications too.
    CloseButton: { defaultProps: { 'aria-label': texts.common.close } },
    // The first item gets the focus: a placeholder would be a child that a menu may not have.
    Menu: { defaultProps: { position: 'bottom-end', shadow: 'md', withInitialFocusPlaceholder: false } },
    // Hints below, so that fields of a row stand in line.
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
    TextInput: { defaultProps: { spellCheck: false, autoComplete: 'off', autoCapitalize: 'off' } },
    NumberInput: { defaultProps: { hideControls: true } },
  },
});

/** What reads at 4.5:1 on every surface of its scheme. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': '#5c6870', '--mantine-color-error': '#c92a2a' },
  dark: {
    '--mantine-color-dimmed': '#a3b1ba',
    '--mantine-color-body': 'var(--mantine-color-dark-7)',
    '--mantine-color-anchor': 'var(--mantine-color-signal-3)',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-placeholder': '#8b9aa3',
  },
});
