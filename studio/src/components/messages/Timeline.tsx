import { ThemeIcon, Timeline as Line, Text } from "@mantine/core";
import { IconCheck, IconClock, IconQuestionMark, IconX } from "@tabler/icons-react";
import { Ago } from "#/components/ui/Ago";
import { Json } from "#/components/ui/Json";
import type { Told } from "./story";
import classes from "./Timeline.module.css";

const MARKS = {
  passed: { icon: IconCheck, color: "teal" },
  waits: { icon: IconClock, color: "yellow" },
  stopped: { icon: IconX, color: "red" },
  unknown: { icon: IconQuestionMark, color: "gray" },
} as const;

/** What happened to a message, in order, each with why and all that is on record of it. */
export function Timeline({ story }: { story: readonly Told[] }) {
  return (
    <Line bulletSize={26} lineWidth={2} color="gray" classNames={{ item: classes.item ?? "" }}>
      {story.map((line, index) => (
        <Line.Item key={index} bullet={<Mark verdict={line.verdict} />} title={<Heading line={line} />}>
          <Text size="sm" className={classes.why ?? ""}>
            {line.why}
          </Text>
          {Object.keys(line.facts).length > 0 && (
            <details className={classes.facts}>
              <summary>On record</summary>
              <Json value={line.facts} label={`On record of: ${line.title}`} />
            </details>
          )}
        </Line.Item>
      ))}
    </Line>
  );
}

export function Mark({ verdict }: { verdict: Told["verdict"] }) {
  const { icon: Icon, color } = MARKS[verdict];
  return (
    <ThemeIcon size={26} radius="xl" variant="light" color={color}>
      <Icon size={15} stroke={2} aria-label={verdict} />
    </ThemeIcon>
  );
}

function Heading({ line }: { line: Told }) {
  return (
    <span className={classes.heading}>
      <span>{line.title}</span>
      <Text span size="xs" c="dimmed">
        <Ago at={line.at} />
      </Text>
    </span>
  );
}
