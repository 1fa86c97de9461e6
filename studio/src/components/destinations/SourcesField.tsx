import { MultiSelect, Radio, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { sourcesQuery } from "#/services/sources";

/** What comes from Segment itself, by its webhook or destination function. */
const FORWARDED = { value: "0", label: "Forwarded by Segment (/inbound/segment)" };

interface Props {
  /** Null is every source, those to come too. */
  value: number[] | null;
  change: (sources: number[] | null) => void;
}

/** Which sources feed a destination. */
export function SourcesField({ value, change }: Props) {
  const { data } = useQuery(sourcesQuery);
  const known = [...(data ?? []).map(({ id, name }) => ({ value: String(id), label: name })), FORWARDED];
  return (
    <Stack gap="xs">
      <Radio.Group label="Sources that feed it" value={value === null ? "all" : "some"} onChange={(choice) => change(choice === "all" ? null : [])}>
        <Stack gap={6} mt={6}>
          <Radio value="all" label="All sources, those to come too" />
          <Radio value="some" label="Only these" />
        </Stack>
      </Radio.Group>
      {value !== null && (
        <MultiSelect
          aria-label="The sources that feed it"
          placeholder={value.length ? "" : "None: it gets nothing"}
          data={known}
          value={value.map(String)}
          onChange={(chosen) => change(chosen.map(Number))}
          searchable
        />
      )}
    </Stack>
  );
}
