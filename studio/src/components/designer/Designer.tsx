import { Box, Drawer, Paper, Tabs, VisuallyHidden } from "@mantine/core";
import { useDebouncedValue, useHotkeys, useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { DEFAULT } from "#/elemental/channels";
import { keyOf } from "#/elemental/node";
import { brandChoiceQuery } from "#/services/brands";
import { documentOf, eventsOf, type PreviewAsked, previewQuery, type Template, wordsOf } from "#/services/templates";
import { pastEventsQuery, variablesQuery } from "#/services/variables";
import { AddMenu } from "./AddMenu";
import { brandColors } from "./brandColors";
import { Canvas } from "./Canvas";
import { ChannelState, ChannelTabs } from "./ChannelTabs";
import { type Adding, type Designer as Parts, DesignerContext, type Facts, type Issue } from "./designer";
import classes from "./Designer.module.css";
import { Inspector } from "./Inspector";
import { issuesOf, tagIssue } from "./issues";
import { PreviewPane } from "./PreviewPane";
import { TopBar } from "./TopBar";
import { Translations } from "./Translations";
import { useAutosave } from "./useAutosave";
import { useEditing } from "./useEditing";

interface Props {
  template: Template;
  /** What the address says: the open channel, and the open part. */
  place: string;
  go: (place: string) => void;
  panel: string | undefined;
  open: (panel: string | undefined) => void;
}

const NO_ISSUES: readonly Issue[] = [];

/** A template, to be written: what every channel says at the left, how it will look at the right. */
export function Designer({ template, place, go, panel, open }: Props) {
  const editing = useEditing(documentOf(template));
  const { document, selected, caret, edit, change, select } = editing;
  const [facts, setFacts] = useState<Facts>(() => wordsOf(template));
  const saving = useAutosave(template);
  const readOnly = template.submission_id !== undefined;
  const [adding, add] = useState<Adding | undefined>();
  const [message, say] = useState("");
  const [sample, setSample] = useState<PreviewAsked>({});
  const isWide = useMediaQuery("(min-width: 82em)", true);

  const { later } = saving;
  const written = useRef({ document, facts });
  useEffect(() => {
    if (written.current.document === document && written.current.facts === facts) return;
    written.current = { document, facts };
    later({ ...facts, content: { ...document } });
  }, [document, facts, later]);

  const [settled] = useDebouncedValue(document, 250);
  const events = useMemo(() => eventsOf(template).map((event) => event.replace(/^Segment-TrackEvent:/, "")), [template]);
  // Until somebody is chosen, it is drawn for whoever the newest event is about.
  const { data: past } = useQuery(pastEventsQuery(events[0]));
  const someone = past?.results[0]?.user_id ?? null;
  const brand = facts.brand?.id;
  const asked = useMemo<PreviewAsked>(() => ({ user_id: someone, ...sample, content: { ...settled }, ...(brand && { brand_id: brand }) }), [settled, sample, brand, someone]);
  const preview = useQuery(previewQuery(template.id, asked));
  const { data: variables = [] } = useQuery(variablesQuery(events));
  const { data: brands } = useQuery(brandChoiceQuery);
  const colors = useMemo(() => brandColors(brands?.results ?? [], brand), [brands, brand]);

  const shownPlace = place === DEFAULT ? "email" : place;
  const issues = useMemo(() => issuesOf(settled, preview.data, shownPlace, variables), [settled, preview.data, shownPlace, variables]);
  const issuesFor = useCallback((key: string) => issues.get(key) ?? NO_ISSUES, [issues]);

  useHotkeys(
    [
      ["mod+Z", editing.undo],
      ["mod+shift+Z", editing.redo],
      ["mod+Y", editing.redo],
      ["mod+S", () => void saving.saver.now()],
    ],
    ["TEXTAREA"],
    true,
  );

  const parts = useMemo<Parts>(
    () => ({
      document,
      place,
      selected,
      caret,
      readOnly,
      variables,
      adding,
      add,
      edit,
      change,
      select,
      say,
      issuesOf: issuesFor,
      told: (node, tag) => tagIssue(issuesFor(keyOf(node)), tag),
    }),
    [document, place, selected, caret, readOnly, variables, adding, edit, change, select, issuesFor],
  );
  const inspected = selected !== undefined;

  return (
    <DesignerContext value={parts}>
      <div className={classes.designer}>
        <div className={classes.head}>
        <TopBar template={template} facts={facts} setFacts={setFacts} saving={saving} editing={editing} preview={preview.data} panel={panel} open={open} sample={sample} />
        <ChannelTabs go={go} />
        </div>
        <div className={classes.desk} data-inspected={isWide || undefined}>
          <Paper withBorder id="canvas" className={classes.canvas ?? ""}>
            <ChannelState />
            <Canvas colors={colors} />
          </Paper>
          {isWide && (
            <Paper withBorder className={classes.inspector ?? ""} component="aside" aria-label="Selected block">
              <Inspector />
            </Paper>
          )}
          <div className={classes.preview}>
            <PreviewPane template={template} place={place} preview={preview} sample={sample} setSample={setSample} someone={someone} />
          </div>
        </div>
      </div>
      {!isWide && inspected && (
        <Paper withBorder shadow="md" className={classes.sheet ?? ""} component="aside" aria-label="Selected block">
          <Tabs defaultValue="closed">
            <Tabs.List>
              <Tabs.Tab value="closed">Write</Tabs.Tab>
              <Tabs.Tab value="settings">Settings of the block</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="closed">{null}</Tabs.Panel>
            <Tabs.Panel value="settings" className={classes.sheetBody ?? ""}>
              <Inspector />
            </Tabs.Panel>
          </Tabs>
        </Paper>
      )}
      <Drawer opened={panel === "languages"} onClose={() => open(undefined)} title="Languages" position="right" size="min(72rem, 100%)">
        {panel === "languages" && <Translations />}
      </Drawer>
      <AddMenu />
      <VisuallyHidden role="status">{message}</VisuallyHidden>
      <Box h="2rem" />
    </DesignerContext>
  );
}
