import { createTheme, Drawer, Modal, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const teal: MantineColorsTuple = [
  "#e9f7f5",
  "#d5ede9",
  "#a9dcd4",
  "#79cabe",
  "#52bbac",
  "#38a898",
  "#1f8a7d",
  "#0f6b62",
  "#0c5a53",
  "#074640",
];

/** Warm greys: paper by day, ink by night. */
const dark: MantineColorsTuple = [
  "#eceae3",
  "#c9c6bc",
  "#a8a498",
  "#7d796e",
  "#45433b",
  "#34332d",
  "#262621",
  "#1d1d1a",
  "#161613",
  "#0f0f0d",
];

const gray: MantineColorsTuple = [
  "#faf9f6",
  "#f4f2ed",
  "#e9e6de",
  "#dedacf",
  "#c9c4b7",
  "#a8a396",
  "#7f7a6e",
  "#5f5b51",
  "#3d3a33",
  "#23211c",
];

export const theme = createTheme({
  primaryColor: "teal",
  black: gray[9],
  primaryShade: { light: 7, dark: 5 },
  autoContrast: true,
  colors: { teal, dark, gray },
  defaultRadius: "md",
  cursorType: "pointer",
  fontFamily: 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontWeight: "650" },
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    Modal: Modal.extend({ defaultProps: { closeButtonProps: { "aria-label": "Close" } } }),
    Drawer: Drawer.extend({ defaultProps: { closeButtonProps: { "aria-label": "Close" } } }),
  },
});

/** Soft words that are still easy to read: the kit's own are too pale on our grounds for WCAG AA. */
export const variables: CSSVariablesResolver = (theme) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": theme.colors.gray[7],
    "--mantine-color-placeholder": theme.colors.gray[7],
    "--mantine-color-error": theme.colors.red[8],
    "--mantine-color-yellow-light-color": "#7a4b00",
    "--mantine-color-red-light-color": "#a61b1b",
    "--mantine-color-gray-light-color": theme.colors.gray[8],
  },
  dark: {
    "--mantine-color-dimmed": theme.colors.dark[2],
    "--mantine-color-placeholder": theme.colors.dark[2],
    "--mantine-color-error": theme.colors.red[4],
  },
});
