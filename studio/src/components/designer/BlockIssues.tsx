import { Button } from "@mantine/core";
import { IconAlertTriangle, IconEyeOff } from "@tabler/icons-react";
import { keyOf, type Node } from "#/elemental/node";
import classes from "./Block.module.css";
import { useDesigner } from "./designer";
import { renamed } from "./renamed";

/** What is wrong with a block, and a button for what can be put right at once. */
export function BlockIssues({ node }: { node: Node }) {
  const { issuesOf, change, readOnly } = useDesigner();
  const key = keyOf(node);
  const issues = issuesOf(key);
  if (!issues.length) return null;
  return (
    <ul className={classes.issues}>
      {issues.map(({ level, message, suggestion }) => (
        <li key={message} data-level={level}>
          {level === "hidden" ? <IconEyeOff size={14} aria-label="Hidden" /> : <IconAlertTriangle size={14} aria-label={level === "error" ? "Mistake" : "Warning"} />}
          <span>{message}</span>
          {suggestion && !readOnly && (
            <Button
              size="compact-xs"
              variant="default"
              onClick={(event) => {
                event.stopPropagation();
                change(key, renamed(node, suggestion.said, suggestion.meant));
              }}
            >
              Use {suggestion.meant}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
