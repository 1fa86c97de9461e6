import { monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import { Button, Stack, Text, Textarea } from "@mantine/core";
import { type CSSProperties, useEffect } from "react";
import { bodyOf, elementsOf, nameOf, speaksFrom, stateOf, turnOn } from "#/elemental/channels";
import { move, nodeAt } from "#/elemental/editing";
import { isObject, type Json, keyOf, type Node } from "#/elemental/node";
import { Blocks } from "./Blocks";
import classes from "./Canvas.module.css";
import { useDesigner } from "./designer";
import { dropPath, FROM, pathIn } from "./useDragging";

interface Props {
  /** Colours of the brand, so that blocks look as they will. */
  colors: Readonly<Record<string, string>>;
}

/** What the open channel says, to be written. */
export function Canvas({ colors }: Props) {
  const { document, place, edit, select, readOnly } = useDesigner();
  const body = bodyOf(document, place);
  const state = stateOf(document, place);
  const block = body?.length ? nodeAt(document, body) : undefined;

  useEffect(
    () =>
      monitorForElements({
        onDrop: ({ source, location }) => {
          const from = pathIn(source.data, FROM);
          const to = location.current.dropTargets[0] && dropPath(location.current.dropTargets[0].data);
          if (!from || !to) return;
          edit((now) => move(now, from, to));
        },
      }),
    [edit],
  );

  if (state === "off" || !body) {
    return (
      <Stack align="center" py="xl" gap="xs">
        <Text c="dimmed" size="sm">
          Nothing is sent by {nameOf(place)}.
        </Text>
        <Button size="xs" variant="default" disabled={readOnly} onClick={() => edit((now) => turnOn(now, place))}>
          Turn it on
        </Button>
      </Stack>
    );
  }
  return (
    <div className={classes.desk} onClick={({ target, currentTarget }) => target === currentTarget && select(undefined)}>
      <div className={classes.paper} style={look(colors)} role="region" aria-label={`What ${nameOf(place)} says`}>
        {block?.raw === undefined ? <Blocks nodes={elementsOf(document, body)} path={body} label="Blocks" /> : <Raw block={speaksFrom(document, place)?.node ?? block} />}
      </div>
    </div>
  );
}

/** A channel that is written by hand: its fields as they are. */
function Raw({ block }: { block: Node }) {
  const { change, readOnly } = useDesigner();
  const raw = isObject(block.raw) ? block.raw : {};
  const set = (field: string, value: Json) => change(keyOf(block), { raw: { ...raw, [field]: value } }, `raw ${field}`);
  return (
    <Stack gap="sm" p="sm">
      <Text size="sm">This channel is written by hand: what stands here is sent in the place of blocks.</Text>
      {Object.entries(raw).map(([field, value]) =>
        typeof value === "string" ? (
          <Textarea key={field} label={field} autosize maxRows={24} readOnly={readOnly} classNames={{ input: classes.mono ?? "" }} value={value} onChange={(event) => set(field, event.currentTarget.value)} />
        ) : (
          <Textarea key={field} label={`${field} (JSON)`} autosize maxRows={24} readOnly classNames={{ input: classes.mono ?? "" }} value={JSON.stringify(value, null, 2)} />
        ),
      )}
    </Stack>
  );
}

function look(colors: Readonly<Record<string, string>>): CSSProperties {
  const accent = colors.primary && /^#|^rgb|^hsl|^[a-z]+$/i.test(colors.primary) ? colors.primary : undefined;
  const button = accent && { "--designer-accent": accent, "--designer-on-accent": "#ffffff" }; // by day and by night, as emails have it
  // React passes custom properties through; its types do not know them.
  return { ...button, ...Object.fromEntries(Object.entries(colors).map(([name, value]) => [`--brand-${name}`, value])) } as CSSProperties;
}
