import { Button, Checkbox, Group, Loader, Modal, Progress, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconRotateClockwise } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Failure } from "#/components/ui/Failure";
import { useMay } from "#/services/may";
import { COUNT_MAX, countDead, redrive, type Redriven, redriveOf } from "#/services/redrive";
import { filterOf, type MessageSearch } from "./search";

/** Sends once more what failed, of all that the filters find: asks first, with the count, and tells how far it is. */
export function Redrive({ search }: { search: MessageSearch }) {
  const [opened, { open, close }] = useDisclosure();
  const [asked, setAsked] = useState(Date.now);
  const mayChange = useMay().changes("Messages");
  const isPossible = mayChange && redriveOf(filterOf(search, asked)) !== null;
  if (!isPossible) return null;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconRotateClockwise size={16} aria-hidden />}
        onClick={() => {
          setAsked(Date.now());
          open();
        }}
      >
        Send failures again
      </Button>
      <Modal opened={opened} onClose={close} title="Send failures again" centered>
        <Ask search={search} asked={asked} close={close} />
      </Modal>
    </>
  );
}

function Ask({ search, asked, close }: { search: MessageSearch; asked: number; close: () => void }) {
  const client = useQueryClient();
  const [unknown, setUnknown] = useState(false);
  const [done, setDone] = useState<Redriven>();
  const [state, setState] = useState<"asked" | "runs" | "ended">("asked");
  const [fault, setFault] = useState<unknown>();
  const filter = filterOf(search, asked);
  const body = redriveOf(filter);
  const { data: count, error, refetch } = useQuery({
    queryKey: ["messages", "dead", filter],
    queryFn: ({ signal }) => (body ? countDead(filter, body, signal) : 0),
    gcTime: 0,
  });

  const run = async () => {
    if (!body) return;
    setState("runs");
    setFault(undefined);
    try {
      await redrive({ ...body, include_unknown: unknown }, setDone);
      setState("ended");
    } catch (reason) {
      setFault(reason);
      setState("asked");
    }
    await client.invalidateQueries({ queryKey: ["messages"] });
  };

  if (error) return <Failure error={error} title="They could not be counted" retry={() => void refetch()} />;
  if (count === undefined || !body) {
    return (
      <Group gap="sm">
        <Loader size="sm" />
        <Text size="sm">Counting what failed…</Text>
      </Group>
    );
  }
  if (state === "ended") return <Told done={done} close={close} />;
  return (
    <Stack>
      <Text size="sm">
        {count === 0
          ? "Nothing of what is shown has failed: there is nothing to send again."
          : `${counted(count)} ${count === 1 ? "message that you see has" : "messages that you see have"} failed. Each is sent once more, as a new message, to the same user with the same data. Templates, profiles and preferences are read as they stand now.`}
      </Text>
      {count > 0 && (
        <>
          <Text size="sm" c="dimmed">
            Those that were sent again before are left alone.
          </Text>
          <Checkbox
            label="Also those that a provider may have taken"
            description="Some of these will arrive twice."
            checked={unknown}
            onChange={(event) => setUnknown(event.currentTarget.checked)}
          />
        </>
      )}
      {fault !== undefined && <Failure error={fault} title="It stopped on the way. Trying again goes on where it was" />}
      {state === "runs" && <Progress value={100 * Math.min((done?.seen ?? 0) / Math.max(count, 1), 1)} animated aria-label="Sending again" />}
      <Group justify="flex-end">
        <Button variant="default" onClick={close} data-autofocus>
          {count === 0 ? "Close" : "Cancel"}
        </Button>
        {count > 0 && (
          <Button loading={state === "runs"} onClick={() => void run()}>
            {`Send ${counted(count)} again`}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Told({ done, close }: { done: Redriven | undefined; close: () => void }) {
  const { seen, sent } = done ?? { seen: 0, sent: 0 };
  return (
    <Stack>
      <Text size="sm" role="status">
        {`${sent.toLocaleString("en")} sent again. `}
        {seen > sent && `${(seen - sent).toLocaleString("en")} left alone: they were sent again before, or may have arrived.`}
      </Text>
      <Group justify="flex-end">
        <Button onClick={close}>Done</Button>
      </Group>
    </Stack>
  );
}

function counted(count: number): string {
  return count >= COUNT_MAX ? `${COUNT_MAX.toLocaleString("en")} and more` : count.toLocaleString("en");
}
