import type { ReactNode } from "react";
import classes from "./Facts.module.css";

/** What is known of something: words at the left, values at the right. Values that are not there are left out. */
export function Facts({ of }: { of: Readonly<Record<string, ReactNode>> }) {
  return (
    <dl className={classes.facts}>
      {Object.entries(of)
        .filter(([, value]) => value !== undefined && value !== null && value !== false && value !== "")
        .map(([word, value]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
