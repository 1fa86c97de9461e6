import { Alert } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";

const LOOKS = {
  good: { icon: IconCircleCheck, color: "teal" },
  wait: { icon: IconInfoCircle, color: "yellow" },
  bad: { icon: IconAlertTriangle, color: "red" },
} as const;

interface Props {
  tone: keyof typeof LOOKS;
  title: string;
  /** In the place of the tone's own. */
  icon?: ReactNode;
  children?: ReactNode;
}

/** Something to know about what stands below. */
export function Note({ tone, title, icon, children }: Props) {
  const { icon: Icon, color } = LOOKS[tone];
  return (
    <Alert
      variant="default"
      title={title}
      icon={icon ?? <Icon color={`var(--mantine-color-${color}-filled)`} aria-hidden />}
      role={tone === "bad" ? "alert" : "status"}
    >
      {children}
    </Alert>
  );
}
