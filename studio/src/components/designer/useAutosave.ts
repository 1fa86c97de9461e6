import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { ApiError } from "#/api/client";
import { saveTemplate, type Template, templateQuery, type TemplateWords } from "#/services/templates";

const PAUSE_MS = 700;

export type SaveState = { is: "saved" } | { is: "waiting" } | { is: "saving" } | { is: "conflict" } | { is: "failed"; error: unknown };

/** What is written to the server, one write after the other. Lives beside the component, whatever it draws. */
class Saver {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pending: TemplateWords | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly id: string,
    private updated: number,
    private readonly tell: (state: SaveState) => void,
    private readonly saved: (template: Template) => void,
  ) {}

  /** Notes what is to be written, after a pause. */
  later(words: TemplateWords): void {
    this.pending = words;
    this.tell({ is: "waiting" });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.now(), PAUSE_MS);
  }

  /** Writes what waits. Gives whether all of it is kept. */
  async now({ over = false } = {}): Promise<boolean> {
    clearTimeout(this.timer);
    await this.running;
    const words = this.pending;
    if (!words) return true;
    this.pending = undefined;
    let isKept = false;
    this.running = (async () => {
      this.tell({ is: "saving" });
      try {
        const template = await saveTemplate(this.id, words, over ? undefined : this.updated);
        this.updated = template.updated;
        isKept = true;
        this.saved(template);
        this.tell(this.waits ? { is: "waiting" } : { is: "saved" });
      } catch (error) {
        this.pending ??= words;
        const isConflict = error instanceof ApiError && error.status === 409 && error.message.includes("since you read it");
        this.tell(isConflict ? { is: "conflict" } : { is: "failed", error });
      }
    })();
    await this.running;
    this.running = undefined;
    return isKept;
  }

  /** Takes the server's state for what was read. */
  read(updated: number): void {
    this.updated = updated;
  }

  drop(): void {
    clearTimeout(this.timer);
    this.pending = undefined;
    this.tell({ is: "saved" });
  }

  get waits(): boolean {
    return this.pending !== undefined;
  }
}

/** Keeps the draft saved while it is written. */
export function useAutosave(template: Template) {
  const client = useQueryClient();
  const [state, setState] = useState<SaveState>({ is: "saved" });
  const [saver] = useState(
    () => new Saver(template.id, template.updated, setState, (saved) => client.setQueryData(templateQuery(template.id).queryKey, saved)),
  );

  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (saver.waits) event.preventDefault();
    };
    addEventListener("beforeunload", warn);
    return () => {
      removeEventListener("beforeunload", warn);
      void saver.now(); // whoever leaves loses nothing
    };
  }, [saver]);

  const later = useCallback((words: TemplateWords) => saver.later(words), [saver]);
  return { state, later, saver };
}

export type Saving = ReturnType<typeof useAutosave>;
