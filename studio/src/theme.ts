import { createTheme, Drawer, Modal, Notification, SegmentedControl, type CSSVariablesResolver, type MantineColorsTuple, type MantineTheme } from "@mantine/core";

const teal: MantineColorsTuple = [
  "#e9f7f5",
  "#d5ede9",
  "#a9dcd4",
  "#79cabe",
  "#52bbac",
  "#38a898",
  "#1a7c71",
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
  primaryShade: { light: 7, dark: 6 },
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
    SegmentedControl: SegmentedControl.extend({ defaultProps: { withItemsBorders: false } }),
    Modal: Modal.extend({ defaultProps: { closeButtonProps: { "aria-label": "Close" } } }),
    Notification: Notification.extend({
      defaultProps: { closeButtonProps: { "aria-label": "Close" } },
      styles: { description: { color: "var(--mantine-color-dimmed)" } },
    }),
    Drawer: Drawer.extend({ defaultProps: { closeButtonProps: { "aria-label": "Close" } } }),
  },
});

/** The darkest shade of these is too pale for words on their own light ground. */
const DARKER: Record<string, string> = { yellow: "#7a4f00", orange: "#963e0a", green: "#1b6b2f", lime: "#476708" };

/** Words in a colour, by night. */
function glowOf(colors: MantineTheme["colors"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(colors).flatMap(([name, shades]) => [
      [`--mantine-color-${name}-light`, `color-mix(in srgb, ${shades[5]} 18%, transparent)`],
      [`--mantine-color-${name}-light-hover`, `color-mix(in srgb, ${shades[5]} 24%, transparent)`],
      [`--mantine-color-${name}-light-color`, shades[3]],
    ]),
  );
}

/** Words in a colour, on white and on the colour's own light ground. */
function inkOf(colors: MantineTheme["colors"]): Record<string, string> {
  const inks = Object.entries(colors).map(([name, shades]) => [name, DARKER[name] ?? shades[9]] as const);
  return Object.fromEntries(inks.flatMap(([name, ink]) => [[`--mantine-color-${name}-light-color`, ink], [`--mantine-color-${name}-text`, ink]]));
}

/** Soft words that are still easy to read: the kit's own are too pale on our grounds for WCAG AA. */
export const variables: CSSVariablesResolver = (theme) => ({
  variables: {},
  light: {
    ...inkOf(theme.colors),
    "--mantine-color-dimmed": theme.colors.gray[7],
    "--mantine-color-placeholder": theme.colors.gray[7],
    "--mantine-color-error": theme.colors.red[8],
    "--mantine-color-yellow-light-color": "#7a4b00",
    "--mantine-color-red-light-color": "#a61b1b",
    "--mantine-color-gray-light-color": theme.colors.gray[8],
  },
  dark: {
    ...glowOf(theme.colors),
    "--mantine-color-dimmed": theme.colors.dark[2],
    "--mantine-color-placeholder": theme.colors.dark[2],
    "--mantine-color-error": theme.colors.red[4],
  },
});
