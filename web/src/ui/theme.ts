import {
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

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

/** Amber, red and grey as the style sheet has them for each colour scheme, with text that can be read on them. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  const name = input.color ?? 'amber';
  if (input.variant === 'filled' && name === 'amber') {
    return { ...colors, background: 'var(--nj-amber)', hover: 'var(--nj-amber-hover)', color: 'var(--nj-on-amber)' };
  }
  if (input.variant === 'filled' && name === 'red') {
    return { ...colors, background: 'var(--nj-red-filled)', hover: 'var(--nj-red-filled-hover)', color: '#ffffff' };
  }
  if (input.variant === 'light' && (name === 'red' || name === 'gray')) {
    const background = name === 'red' ? 'var(--nj-red-soft)' : 'var(--nj-grey-soft)';
    return { ...colors, background, hover: background, color: name === 'red' ? 'var(--nj-red)' : 'var(--nj-text)' };
  }
  return colors;
};

export const theme = createTheme({
  primaryColor: 'amber',
  primaryShade: { light: 7, dark: 5 },
  variantColorResolver,
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
      styles: { header: { background: 'var(--nj-panel)' } },
    },
    Drawer: { styles: { header: { background: 'var(--nj-panel)' } } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true, transitionProps: { duration: 100 } } },
    Menu: { defaultProps: { transitionProps: { duration: 100 } } },
  },
});
