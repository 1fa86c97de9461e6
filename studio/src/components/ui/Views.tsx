import { Tabs } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Views.module.css";

interface Props<K extends string> {
  /** Of what they are: "Parts of this source". */
  label: string;
  views: Readonly<Partial<Record<K, string>>>;
  current: K;
  show: (view: K) => void;
  /** The one that is shown. */
  children: ReactNode;
}

/** The views of one thing, of which one is shown; the address says which. */
export function Views<K extends string>({ label, views, current, show, children }: Props<K>) {
  return (
    <Tabs value={current} onChange={(next) => isKey(views, next) && show(next)} keepMounted={false}>
      <Tabs.List mb="lg" aria-label={label} className={classes.list ?? ""}>
        {Object.entries<string | undefined>(views).map(([key, title]) => (
          <Tabs.Tab key={key} value={key}>
            {title}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {Object.keys(views).map((key) => (
        <Tabs.Panel key={key} value={key}>
          {key === current && children}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function isKey<K extends string>(views: Readonly<Partial<Record<K, string>>>, key: string | null): key is K {
  return key !== null && key in views;
}
