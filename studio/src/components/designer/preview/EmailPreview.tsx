import { Group, SegmentedControl, Text } from "@mantine/core";
import { IconDeviceDesktop, IconDeviceMobile, IconMoon, IconSun } from "@tabler/icons-react";
import { useState } from "react";
import { Code } from "#/components/ui/Code";
import { HtmlFrame } from "#/components/ui/HtmlFrame";
import classes from "./preview.module.css";

interface Props {
  subject: string;
  html: string;
  text: string;
}

const PHONE = 375; // pixels

/** An email: as a phone and as a desktop show it, by day and by night, and its plain text. */
export function EmailPreview({ subject, html, text }: Props) {
  const [device, setDevice] = useState("desktop");
  const [scheme, setScheme] = useState("light");
  return (
    <div className={classes.email}>
      <Group justify="space-between" gap="xs" mb="xs">
        <SegmentedControl
          size="xs"
          aria-label="Shown as"
          value={device}
          onChange={setDevice}
          data={[
            { value: "desktop", label: <IconDeviceDesktop size={15} aria-label="Desktop" /> },
            { value: "phone", label: <IconDeviceMobile size={15} aria-label="Phone" /> },
            { value: "text", label: "Text" },
          ]}
        />
        {device !== "text" && (
          <SegmentedControl
            size="xs"
            aria-label="Colours"
            value={scheme}
            onChange={setScheme}
            data={[
              { value: "light", label: <IconSun size={15} aria-label="By day" /> },
              { value: "dark", label: <IconMoon size={15} aria-label="By night" /> },
            ]}
          />
        )}
      </Group>
      {device === "text" ? (
        <Code label="The email’s plain text" wrap>
          {text || "This email has no plain text."}
        </Code>
      ) : (
        <div className={classes.window} data-device={device} data-scheme={scheme}>
          <div className={classes.subject}>
            <Text size="sm" fw={600} lineClamp={device === "phone" ? 1 : 2}>
              {subject || "(no subject)"}
            </Text>
          </div>
          <HtmlFrame bare html={html} title="The email" dark={scheme === "dark"} width={device === "phone" ? PHONE : undefined} />
        </div>
      )}
    </div>
  );
}
