import { useCallback, useMemo, useReducer } from "react";
import type { Caret } from "#/components/words/WordsEditor";
import { change as changed, pathOf } from "#/elemental/editing";
import { advance, begin, type History, redo, undo } from "#/elemental/history";
import type { Document, Fields } from "#/elemental/node";

interface State {
  history: History<Document>;
  selected: string | undefined;
  caret: Caret | undefined;
}

type Act =
  | { do: "edit"; by: (document: Document) => Document; about: string; at: number; select?: { key: string; caret?: Caret } | undefined }
  | { do: "select"; key: string | undefined; caret?: Caret | undefined }
  | { do: "undo" | "redo" }
  | { do: "open"; document: Document };

function reduce(state: State, act: Act): State {
  switch (act.do) {
    case "edit": {
      const history = advance(state.history, act.by(state.history.present), act.about, act.at);
      return { ...state, history, ...(act.select && { selected: act.select.key, caret: act.select.caret }) };
    }
    case "select":
      return state.selected === act.key && act.caret === undefined ? state : { ...state, selected: act.key, caret: act.caret };
    case "undo":
    case "redo": {
      const history = (act.do === "undo" ? undo : redo)(state.history);
      const isThere = state.selected !== undefined && pathOf(history.present, state.selected) !== undefined;
      return { history, selected: isThere ? state.selected : undefined, caret: undefined };
    }
    case "open":
      return { history: begin(act.document), selected: undefined, caret: undefined };
  }
}

/** The document that is edited, what is selected in it, and the way back. */
export function useEditing(initial: Document) {
  const [{ history, selected, caret }, act] = useReducer(reduce, initial, (document): State => ({ history: begin(document), selected: undefined, caret: undefined }));

  const edit = useCallback((by: (document: Document) => Document, about = "", select?: { key: string; caret?: Caret }) => act({ do: "edit", by, about, at: Date.now(), select }), []);
  const change = useCallback(
    (key: string, fields: Fields, about = "") =>
      edit((document) => {
        const path = pathOf(document, key);
        return path ? changed(document, path, fields) : document;
      }, about && `${key} ${about}`),
    [edit],
  );
  const select = useCallback((key: string | undefined, at?: Caret) => act({ do: "select", key, caret: at }), []);
  const back = useCallback(() => act({ do: "undo" }), []);
  const forth = useCallback(() => act({ do: "redo" }), []);
  const open = useCallback((document: Document) => act({ do: "open", document }), []);

  return useMemo(
    () => ({ document: history.present, selected, caret, canUndo: history.past.length > 0, canRedo: history.future.length > 0, edit, change, select, undo: back, redo: forth, open }),
    [history, selected, caret, edit, change, select, back, forth, open],
  );
}
