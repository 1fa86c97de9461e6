import { Button, Group, Stack } from "@mantine/core";
import { IconChecklist, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Arranged } from "#/components/ui/Arranged";
import { moved } from "#/components/ui/arranging";
import { Empty } from "#/components/ui/Empty";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { useChange } from "#/services/changing";
import { arrangeSections, PREFERENCES, sectionsQuery } from "#/services/preferences";
import type { PreferencesSearch } from "./search";
import { SectionCard } from "./SectionCard";
import { SectionEditor } from "./SectionEditor";
import { TopicEditor } from "./TopicEditor";

interface Props {
  look: PreferencesSearch;
  show: (change: Partial<PreferencesSearch>) => void;
}

/** Sections, and the topics in them, in the order in which recipients see them. */
export function Topics({ look, show }: Props) {
  const { data, error, refetch } = useQuery(sectionsQuery);
  const arrange = useChange(arrangeSections, PREFERENCES);
  if (error) return <Failure error={error} title="The sections could not be read" retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const section = data.find(({ id }) => id === look.section);
  const topic = section?.topics.find(({ id }) => id === look.topic);
  const close = () => show({ section: undefined, topic: undefined });
  const button = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => show({ section: "new", topic: undefined })}>
      New section
    </Button>
  );
  return (
    <Stack>
      {data.length === 0 ? (
        <Empty icon={IconChecklist} title="Nothing to choose yet" action={button}>
          Recipients choose by topic: “Weekly news”, “Order updates”. Topics stand in sections, and templates name their topic. Messages of a topic that somebody does not want are not sent, and the log says so.
        </Empty>
      ) : (
        <>
          <Group justify="flex-end">{button}</Group>
          <Arranged label="Sections in order" items={data} keyOf={({ id }) => id} nameOf={({ name }) => name} move={(from, to) => arrange.mutate(moved(data, from, to).map(({ id }) => id))} disabled={arrange.isPending} handleTop={14}>
            {(each) => <SectionCard section={each} show={show} />}
          </Arranged>
          {arrange.error && <Failure error={arrange.error} title="The order could not be kept" />}
        </>
      )}
      {look.topic === undefined && (section ?? look.section === "new") && <SectionEditor key={look.section} section={section} close={close} />}
      {section && (topic ?? look.topic === "new") && <TopicEditor key={look.topic} section={section} topic={topic} close={close} />}
    </Stack>
  );
}
