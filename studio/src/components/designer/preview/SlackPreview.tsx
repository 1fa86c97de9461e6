import { Divider, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Picture } from "#/components/ui/Picture";
import classes from "./preview.module.css";
import { listed, type Rendered, rendered, said } from "./rendered";

/** Slack's blocks, the way Slack draws them. */
export function SlackPreview({ blocks, text }: { blocks: readonly Rendered[]; text: string }) {
  return (
    <div className={classes.chat} data-tone="slack">
      <div className={classes.avatar} aria-hidden>
        t
      </div>
      <Stack gap="xs" flex={1} miw={0}>
        <Text size="sm" fw={700}>
          Your app
        </Text>
        {blocks.length ? blocks.map((block, index) => <Block key={index} block={block} />) : <Mrkdwn text={text} />}
      </Stack>
    </div>
  );
}

function Block({ block }: { block: Rendered }) {
  const text = said(rendered(block.text), "text");
  switch (block.type) {
    case "header":
      return (
        <Text fw={800} size="lg">
          {text}
        </Text>
      );
    case "divider":
      return <Divider />;
    case "image":
      return <Picture className={classes.picture} src={said(block, "image_url")} alt={said(block, "alt_text")} />;
    case "actions":
      return (
        <div className={classes.row}>
          {listed(block.elements).map((each, index) => (
            <span key={index} className={classes.button} data-look={said(each, "style") || undefined} title={said(each, "url")}>
              {said(rendered(each.text), "text")}
            </span>
          ))}
        </div>
      );
    case "context":
      return (
        <Text size="xs" c="dimmed" component="div">
          {listed(block.elements).map((each, index) => (
            <Mrkdwn key={index} text={said(each, "text")} />
          ))}
        </Text>
      );
    case "section":
      return (
        <>
          {text && <Mrkdwn text={text} />}
          {listed(block.fields).length > 0 && (
            <div className={classes.fields}>
              {listed(block.fields).map((field, index) => (
                <Mrkdwn key={index} text={said(field, "text")} />
              ))}
            </div>
          )}
        </>
      );
    default:
      return <Mrkdwn text={text || said(block, "type")} />;
  }
}

const MARK = /<([^|>]+)(?:\|([^>]+))?>|\*([^*\n]+)\*|_([^_\n]+)_|~([^~\n]+)~/g;

/** Slack's marks: *bold*, _italic_, ~struck~, <address|words>. */
export function Mrkdwn({ text }: { text: string }) {
  return (
    <div className={classes.lines}>
      {text.split("\n").map((line, index) => (
        <span key={index} className={line.startsWith("&gt; ") || line.startsWith("> ") ? classes.quoted : classes.line}>
          {marked(line.replace(/^(&gt;|>) /, ""))}
        </span>
      ))}
    </div>
  );
}

function marked(line: string): ReactNode[] {
  const out: ReactNode[] = [];
  let at = 0;
  for (const match of line.matchAll(MARK)) {
    const [whole, address, words, bold, italic, struck] = match;
    out.push(plain(line.slice(at, match.index)));
    if (address) out.push(<span key={match.index} className={classes.link} title={address}>{plain(words ?? address)}</span>);
    else if (bold) out.push(<strong key={match.index}>{plain(bold)}</strong>);
    else if (italic) out.push(<em key={match.index}>{plain(italic)}</em>);
    else if (struck) out.push(<s key={match.index}>{plain(struck)}</s>);
    at = match.index + whole.length;
  }
  out.push(plain(line.slice(at)));
  return out;
}

function plain(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
