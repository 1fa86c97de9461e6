import { SegmentedControl, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { keptQuery } from "#/services/outbox";
import { KeptContent } from "./KeptContent";

interface Props {
  id: string;
  channel: string | undefined;
  choose: (channel: string) => void;
}

/** A kept message: on each channel, what the provider would have been given. */
export function KeptMessage({ id, channel, choose }: Props) {
  const { data, error, refetch } = useQuery(keptQuery(id));
  if (error) return <Failure error={error} title="This message is not in the outbox" retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const shown = data.find((each) => each.channel === channel) ?? data[0];
  return (
    <Stack>
      {data.length > 1 && <SegmentedControl aria-label="Channel" data={data.map((each) => each.channel)} value={shown?.channel ?? ""} onChange={choose} />}
      {shown && <KeptContent key={shown.channel} kept={shown} />}
    </Stack>
  );
}
