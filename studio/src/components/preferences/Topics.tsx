import { Button, Stack } from "@mantine/core";
import { IconChecklist, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Empty } from "#/components/ui/Empty";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import type { PreferencesSearch } from "#/routes/preferences";
import { sectionsQuery } from "#/services/preferences";
import { SectionCard } from "./SectionCard";
import { SectionEditor } from "./SectionEditor";
import { TopicEditor } from "./TopicEditor";

interface Props {
  look: PreferencesSearch;
  show: (change: Partial<PreferencesSearch>) => void;
}

/** Sections, and the topics in them, in the order in which recipients see them: oldest first. */
export function Topics({ look, show }: Props) {
  const { data, error, refetch } = useQuery(sectionsQuery);
  if (error) return <Failure error={error} title="The sections could not be read" retry={() => void refetch()} />;
  if (!data) return <Loading />;
  const section = data.find(({ id }) => id === look.section);
  const topic = section?.topics.find(({ id }) => id === look.topic);
  const close = () => show({ section: undefined, topic: undefined });
  const button = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => show({ section: "new", topic: undefined })} style={{ alignSelf: "flex-end" }}>
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
          {button}
          {data.map((each) => (
            <SectionCard key={each.id} section={each} show={show} />
          ))}
        </>
      )}
      {look.topic === undefined && (section ?? look.section === "new") && <SectionEditor key={look.section} section={section} close={close} />}
      {section && (topic ?? look.topic === "new") && <TopicEditor key={look.topic} section={section} topic={topic} close={close} />}
    </Stack>
  );
}
