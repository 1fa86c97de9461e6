import { Badge, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { HtmlFrame } from "#/components/ui/HtmlFrame";
import { WordsView } from "#/components/words/WordsView";
import { nameOf } from "#/elemental/channels";
import { type Change, diffDocuments } from "#/elemental/diff";
import { childrenOf, type Document, type Node, same } from "#/elemental/node";
import { readSaid } from "#/elemental/inline/said";
import { kindOf } from "#/elemental/registry";
import { previewQuery, type Template } from "#/services/templates";
import { rendered, said } from "./preview/rendered";
import classes from "./Versions.module.css";

interface Props {
  template: Template;
  version: string;
  before: Document;
  after: Document;
}

/** What changed between two versions: block by block, or as the emails look side by side. */
export function Comparison({ template, version, before, after }: Props) {
  const [view, setView] = useState("blocks");
  const channels = diffDocuments(before, after);
  const count = channels.flatMap(({ changes }) => changes).filter((change) => change.kind !== "same").length;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {count ? `${count} ${count === 1 ? "block differs" : "blocks differ"}` : "Both say the same"}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label="Compare"
          value={view}
          onChange={setView}
          data={[
            { value: "blocks", label: "Blocks" },
            { value: "emails", label: "Emails side by side" },
          ]}
        />
      </Group>
      {view === "emails" ? (
        <div className={classes.pair}>
          <Email template={template} asked={{ version, channels: ["email"] }} title={version} />
          <Email template={template} asked={{ content: { ...after }, channels: ["email"] }} title="The draft" />
        </div>
      ) : (
        channels.map(({ channel, changes }) => (
          <Stack key={channel} gap={6}>
            <Text size="xs" fw={600} c="dimmed">
              {nameOf(channel)}
            </Text>
            {changes.map((change, index) => (
              <Pair key={index} change={change} />
            ))}
          </Stack>
        ))
      )}
    </Stack>
  );
}

const WORDS = { same: "", added: "added", removed: "removed", changed: "changed" };

function Pair({ change }: { change: Change }) {
  const before = change.kind === "added" ? undefined : change.was;
  const after = change.kind === "removed" ? undefined : change.node;
  return (
    <div className={classes.pair}>
      <Side node={before} other={after} kind={change.kind} side="before" />
      <Side node={after} other={before} kind={change.kind} side="after" />
    </div>
  );
}

function Side({ node, other, kind, side }: { node: Node | undefined; other: Node | undefined; kind: Change["kind"]; side: "before" | "after" }) {
  if (!node) return <div className={classes.side} />;
  const fields = kind === "changed" && other ? Object.keys(node).filter((field) => !same(node[field], other[field])) : [];
  return (
    <div className={classes.side} data-kind={kind} data-side={side}>
      <Group gap="xs">
        <Text size="xs" c="dimmed">
          {kindOf(node.type).label}
        </Text>
        {WORDS[kind] && side === (kind === "removed" ? "before" : "after") && (
          <Badge size="xs" variant="default" tt="none">
            {WORDS[kind]}
          </Badge>
        )}
      </Group>
      <Told node={node} />
      {fields.some((field) => field !== "content" && field !== "elements") && (
        <div className={classes.fields}>
          {fields
            .filter((field) => field !== "content" && field !== "elements")
            .map((field) => `${field}: ${JSON.stringify(node[field])}`)
            .join(", ")}
        </div>
      )}
    </div>
  );
}

/** What a block says: its words as they look, or in a line. */
function Told({ node }: { node: Node }) {
  const words = node.type === "text" || node.type === "quote" ? readSaid(node) : undefined;
  return words ? <WordsView words={words} placeholder="(empty)" /> : <div>{whole(node) || "(empty)"}</div>;
}

function whole(node: Node): string {
  const { summary, holds } = kindOf(node.type);
  return holds ? [summary(node), ...childrenOf(node).flatMap((child) => (child.type === "column" ? childrenOf(child).map(whole) : [whole(child)]))].join(" · ") : summary(node);
}

function Email({ template, asked, title }: { template: Template; asked: Parameters<typeof previewQuery>[1]; title: string }) {
  const preview = useQuery(previewQuery(template.id, asked));
  const content = rendered(preview.data?.channels.email?.content);
  return (
    <Stack gap="xs">
      <Text size="xs" fw={600}>
        {title}: {said(content, "subject") || "(no subject)"}
      </Text>
      <HtmlFrame bare html={said(content, "html")} title={title} />
    </Stack>
  );
}
