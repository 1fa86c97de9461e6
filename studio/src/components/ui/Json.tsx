import { useState } from "react";
import classes from "./Json.module.css";

const OPEN = 2; // levels that are open at first
const SHOWN = 100; // entries of a list or an object that are drawn before one asks for more

/** JSON as a tree that opens and closes. */
export function Json({ value, label = "JSON" }: { value: unknown; label?: string }) {
  return (
    <div className={classes.tree} role="region" aria-label={label} tabIndex={0}>
      <Node value={value} level={0} />
    </div>
  );
}

function Node({ name, value, level }: { name?: string; value: unknown; level: number }) {
  const key = name !== undefined && <span className={classes.key}>{name}</span>;
  if (typeof value !== "object" || value === null) {
    return (
      <div className={classes.leaf}>
        {key}
        <span className={classes.value} data-type={value === null ? "null" : typeof value}>
          {JSON.stringify(value)}
        </span>
      </div>
    );
  }
  const entries = Object.entries(value);
  if (entries.length === 0) {
    return (
      <div className={classes.leaf}>
        {key}
        <span className={classes.value}>{Array.isArray(value) ? "[]" : "{}"}</span>
      </div>
    );
  }
  return (
    <details className={classes.branch} open={level < OPEN}>
      <summary>
        {key}
        <span className={classes.count}>{Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`}</span>
      </summary>
      <Entries entries={entries} level={level + 1} />
    </details>
  );
}

function Entries({ entries, level }: { entries: [string, unknown][]; level: number }) {
  const [shown, setShown] = useState(SHOWN);
  return (
    <>
      {entries.slice(0, shown).map(([name, value]) => (
        <Node key={name} name={name} value={value} level={level} />
      ))}
      {entries.length > shown && (
        <button type="button" className={classes.more} onClick={() => setShown(shown + SHOWN)}>
          {entries.length - shown} more
        </button>
      )}
    </>
  );
}
