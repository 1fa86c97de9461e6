import { Checkbox, Group } from "@mantine/core";
import { type Channel, CHANNELS, channelsOf } from "#/services/preferences";

interface Props {
  label: string;
  description?: string;
  value: Channel[];
  change: (channels: Channel[]) => void;
}

/** Some of the channels. */
export function ChannelsField({ label, description, value, change }: Props) {
  return (
    <Checkbox.Group label={label} description={description} value={value} onChange={(words) => change(channelsOf(words))}>
      <Group mt="xs" gap="md">
        {Object.entries(CHANNELS).map(([channel, name]) => (
          <Checkbox key={channel} value={channel} label={name} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}
