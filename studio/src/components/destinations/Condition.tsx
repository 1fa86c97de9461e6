import { Combobox, Textarea, useCombobox } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { words } from "#/components/ui/Failure";
import { completionAt, type Vocabulary } from "./completion";
import classes from "./Condition.module.css";
import { placeOf } from "./place";

interface Props {
  value: string;
  change: (value: string) => void;
  /** Why it cannot be taken. */
  error: unknown;
  /** What is offered as one types. */
  known: Vocabulary;
}

/** A condition in FQL: what sources have sent is offered, and where it is wrong is underlined. */
export function Condition({ value, change, error, known }: Props) {
  const place = error ? placeOf(words(error), value) : undefined;
  const field = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState<number>();
  const next = useRef<number>(undefined); // where the caret goes once a word was put in
  const list = useCombobox({ onDropdownClose: () => list.resetSelectedOption() });
  const found = caret === undefined ? undefined : completionAt(value, caret, known);

  useEffect(() => {
    if (next.current !== undefined) field.current?.setSelectionRange(next.current, next.current);
    next.current = undefined;
  }, [value]);

  const type = (text: string, at: number) => {
    change(text);
    setCaret(at);
    list.openDropdown();
    list.resetSelectedOption();
  };
  const take = (word: string) => {
    if (!found) return;
    change(value.slice(0, found.from) + word + value.slice(found.to));
    setCaret(undefined);
    next.current = found.from + word.length;
    list.closeDropdown();
  };

  return (
    <div>
      <Combobox store={list} onOptionSubmit={take} position="bottom-start" withinPortal={false}>
        <Combobox.Target>
          <Textarea
            ref={field}
            label="Condition"
            description="In FQL: event = 'Order Completed' and properties.total > 100. all is every call."
            required
            autosize
            minRows={2}
            maxRows={10}
            spellCheck={false}
            classNames={{ input: classes.input ?? "" }}
            value={value}
            onChange={(event) => type(event.currentTarget.value, event.currentTarget.selectionStart)}
            onBlur={() => list.closeDropdown()}
            error={error ? (place?.words ?? words(error)) : undefined}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={!found}>
          <Combobox.Options aria-label="What sources have sent">
            {found?.words.map((word) => (
              <Combobox.Option key={word} value={word} className={classes.input ?? ""}>
                {word}
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {place && (
        <pre className={classes.line} aria-label="Where it is wrong">
          {place.text.slice(0, place.column)}
          <mark className={classes.wrong}>{place.text.charAt(place.column) || " "}</mark>
          {place.text.slice(place.column + 1)}
        </pre>
      )}
    </div>
  );
}
