import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The nightjar's eye: the current moment and the primary action, nothing else. */
const amber: MantineColorsTuple = [
  '#fff6e3',
  '#feeac4',
  '#fcd78e',
  '#fac255',
  '#f7b02c',
  '#f5a524',
  '#d98a0b',
  '#a96500',
  '#875000',
  '#693e00',
];

/** Neutral, without Mantine's blue: the pictures are the colour. */
const dark: MantineColorsTuple = [
  '#e6e6e6',
  '#b8b8b8',
  '#8f8f8f',
  '#666666',
  '#3d3d3d',
  '#323232',
  '#262626',
  '#181818',
  '#121212',
  '#0b0b0b',
];

export const theme = createTheme({
  primaryColor: 'amber',
  primaryShade: { light: 7, dark: 5 },
  autoContrast: true,
  colors: { amber, dark },
  defaultRadius: 'sm',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '1.0625rem' }, h2: { fontSize: '1rem' } } },
  respectReducedMotion: true,
  cursorType: 'pointer',
  focusRing: 'auto',
  components: {
    Paper: { defaultProps: { bg: 'var(--nj-panel)' } },
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.6 }, transitionProps: { duration: 120 } },
    },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true, transitionProps: { duration: 100 } } },
    Menu: { defaultProps: { transitionProps: { duration: 100 } } },
  },
});
