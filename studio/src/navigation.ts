import {
  IconAdjustments,
  IconArrowsSplit2,
  IconBolt,
  IconHome2,
  IconListDetails,
  IconMailbox,
  IconPalette,
  IconPlugConnected,
  IconRoute,
  IconSend,
  IconSettings,
  IconTemplate,
  IconUsers,
  type Icon,
} from "@tabler/icons-react";
import type { LinkProps } from "@tanstack/react-router";

export interface Screen {
  to: NonNullable<LinkProps["to"]>;
  label: string;
  /** What it is for, in the command palette. */
  description: string;
  icon: Icon;
  /** Pressed after `g`. */
  key: string;
}

/** Every screen that there is, in the order in which the navigation shows them; each line is a group. */
export const NAVIGATION: readonly (readonly Screen[])[] = [
  [{ to: "/", label: "Home", description: "What comes in, what goes out, what waits", icon: IconHome2, key: "h" }],
  [
    { to: "/templates", label: "Templates", description: "What is said, on every channel", icon: IconTemplate, key: "t" },
    { to: "/brands", label: "Brands", description: "How emails look", icon: IconPalette, key: "b" },
  ],
  [
    { to: "/events", label: "Events", description: "What applications tell, and what each event sends", icon: IconBolt, key: "e" },
    { to: "/logs", label: "Data logs", description: "Every message, where it stands and why", icon: IconListDetails, key: "l" },
    { to: "/users", label: "Users", description: "What is known of each user, and what they were sent", icon: IconUsers, key: "u" },
  ],
  [
    { to: "/sources", label: "Sources", description: "Where Segment calls come from: write keys, snippets, the live debugger", icon: IconPlugConnected, key: "s" },
    { to: "/destinations", label: "Destinations", description: "Where calls go: settings, filters, delivery, tests", icon: IconRoute, key: "d" },
  ],
  [
    { to: "/providers", label: "Providers", description: "Who delivers: accounts, their health, tests", icon: IconSend, key: "p" },
    { to: "/routing", label: "Routing", description: "By which channels messages go, in which order, and which templates say so", icon: IconArrowsSplit2, key: "w" },
    { to: "/preferences", label: "Preferences", description: "What recipients choose: topics, digests, the preference page, sending rules", icon: IconAdjustments, key: "r" },
    { to: "/outbox", label: "Outbox", description: "What was kept here instead of being sent, as it would look", icon: IconMailbox, key: "o" },
  ],
  [{ to: "/settings", label: "Settings", description: "Your account, the team, keys, environments, webhooks, audit log", icon: IconSettings, key: "," }],
];

export const SCREENS: readonly Screen[] = NAVIGATION.flat();
