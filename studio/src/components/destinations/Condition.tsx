import { Textarea } from "@mantine/core";
import { words } from "#/components/ui/Failure";
import classes from "./Condition.module.css";
import { placeOf } from "./place";

interface Props {
  value: string;
  change: (value: string) => void;
  /** Why it cannot be taken. */
  error: unknown;
}

/** A condition in FQL; where it is wrong is underlined. */
export function Condition({ value, change, error }: Props) {
  const place = error ? placeOf(words(error), value) : undefined;
  return (
    <div>
      <Textarea
        label="Condition"
        description="In FQL: event = 'Order Completed' and properties.total > 100. all is every call."
        required
        autosize
        minRows={2}
        maxRows={10}
        spellCheck={false}
        classNames={{ input: classes.input ?? "" }}
        value={value}
        onChange={(event) => change(event.currentTarget.value)}
        error={error ? (place?.words ?? words(error)) : undefined}
      />
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
