import { Divider, Stack, Text } from "@mantine/core";
import { Picture } from "#/components/ui/Picture";
import classes from "./preview.module.css";
import { listed, type Rendered, said } from "./rendered";

/** An Adaptive Card, the way Teams draws it. */
export function TeamsPreview({ card, text }: { card: Rendered; text: string }) {
  const body = listed(card.body);
  return (
    <div className={classes.card}>
      <Stack gap="xs">
        {body.length ? body.map((element, index) => <Element key={index} element={element} />) : <Text size="sm">{text}</Text>}
        <Actions actions={listed(card.actions)} />
      </Stack>
    </div>
  );
}

function Element({ element }: { element: Rendered }) {
  const rule = element.separator === true ? <Divider /> : null;
  switch (element.type) {
    case "TextBlock":
      return (
        <>
          {rule}
          <Text size={element.size === "Large" || element.size === "ExtraLarge" || element.size === "large" ? "lg" : element.size === "Small" ? "xs" : "sm"} fw={said(element, "weight").toLowerCase() === "bolder" ? 700 : 400} c={element.isSubtle === true ? "dimmed" : "inherit"} className={classes.lines ?? ""}>
            {said(element, "text").replace(/\*\*([^*]+)\*\*/g, "$1").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")}
          </Text>
        </>
      );
    case "RichTextBlock":
      return (
        <Text size="sm" component="div">
          {rule}
          {listed(element.inlines).map((run, index) => (
            <span key={index}>{said(run, "text")}</span>
          ))}
        </Text>
      );
    case "Image":
      return <Picture className={classes.picture} src={said(element, "url")} alt={said(element, "altText")} />;
    case "ActionSet":
      return <Actions actions={listed(element.actions)} />;
    case "ColumnSet":
      return (
        <div className={classes.fields} style={{ gridTemplateColumns: listed(element.columns).map(track).join(" ") }}>
          {listed(element.columns).map((column, index) => (
            <Stack key={index} gap="xs">
              {listed(column.items).map((item, at) => (
                <Element key={at} element={item} />
              ))}
            </Stack>
          ))}
        </div>
      );
    default:
      return (
        <Stack gap="xs">
          {rule}
          {listed(element.items).map((item, index) => (
            <Element key={index} element={item} />
          ))}
        </Stack>
      );
  }
}

/** A column's width as a track of a grid: a weight, pixels, as wide as what is in it, or what is left. */
function track(column: Rendered): string {
  const { width } = column;
  if (typeof width === "number") return `minmax(0, ${width}fr)`;
  return typeof width === "string" && width !== "stretch" ? width : "minmax(0, 1fr)";
}

function Actions({ actions }: { actions: readonly Rendered[] }) {
  if (!actions.length) return null;
  return (
    <div className={classes.row}>
      {actions.map((action, index) => (
        <span key={index} className={classes.button} title={said(action, "url")}>
          {said(action, "title")}
        </span>
      ))}
    </div>
  );
}
