import type { LinkProps } from "@tanstack/react-router";

export interface SettingsPart {
  to: NonNullable<LinkProps["to"]>;
  label: string;
  description: string;
  /** What one has to be allowed to look at; nothing for what is everybody's. */
  area?: string;
}

/** The parts of the settings, in their order. */
export const SETTINGS: readonly SettingsPart[] = [
  { to: "/settings/account", label: "My account", description: "How you sign in, and where you are signed in." },
  { to: "/settings/team", label: "Team", description: "Who may use Studio, and as what.", area: "Team" },
  { to: "/settings/keys", label: "API keys", description: "What opens this environment to Courier clients.", area: "API keys" },
  {
    to: "/settings/environments",
    label: "Environments",
    description: "Closed worlds, each with its own keys, sources, templates, users and logs.",
    area: "Environments",
  },
  { to: "/settings/webhooks", label: "Webhooks", description: "Whom we tell what becomes of messages.", area: "Destinations" },
  { to: "/settings/audit", label: "Audit log", description: "What was changed here and in the workspace, and by whom.", area: "Audit" },
  { to: "/settings/retention", label: "Retention", description: "How long what is kept.", area: "Environments" },
];
