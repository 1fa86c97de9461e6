import { Paper, Portal, Text } from "@mantine/core";
import classes from "./Words.module.css";
import type { Suggestions } from "./suggestions";

/** The variables that fit what is typed, below the caret. The keyboard stays in the text. */
export function VariableMenu({ id, suggestions: { items, at, left, top, take } }: { id: string; suggestions: Suggestions }) {
  if (!items.length) return null;
  const style = { left: Math.max(8, Math.min(left, window.innerWidth - 300)), top: Math.min(top + 6, window.innerHeight - 280) };
  return (
    <Portal>
      <Paper className={classes.menu ?? ""} withBorder shadow="md" style={style} role="listbox" id={id} aria-label="Variables">
        {items.map((variable, index) => (
          <div
            key={variable.path}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            className={classes.option}
            ref={index === at ? (element) => element?.scrollIntoView({ block: "nearest" }) : null}
            onMouseDown={(event) => {
              event.preventDefault();
              take(variable);
            }}
          >
            <span className={classes.path}>{variable.path}</span>
            <Text span size="xs" c="dimmed" truncate>
              {[variable.from, variable.shape ?? variable.type].filter(Boolean).join(" · ")}
            </Text>
          </div>
        ))}
      </Paper>
    </Portal>
  );
}
