import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconUserQuestion } from "@tabler/icons-react";
import { Card } from "#/components/ui/Card";
import { Empty } from "#/components/ui/Empty";
import { Json } from "#/components/ui/Json";
import { useMay } from "#/services/may";
import type { Traits } from "#/services/jsonPatch";
import { ProfileEditor } from "./ProfileEditor";

/** What is known of a user, as a tree. */
export function Profile({ id, traits }: { id: string; traits: Traits | null }) {
  const [edits, { open, close }] = useDisclosure();
  const mayChange = useMay().changes("Profiles");
  if (edits) return <ProfileEditor id={id} traits={traits ?? {}} close={close} />;
  if (!traits) {
    return (
      <Empty
        icon={IconUserQuestion}
        title="Nothing is known of this user"
        command={`analytics.identify("${id}", { email: "ann@example.com", name: "Ann" })`}
        action={
          mayChange && (
            <Button variant="default" onClick={open}>
              Write a profile
            </Button>
          )
        }
      >
        An identify call makes a profile, and so does the API. Without one, messages go only to addresses that a request brings.
      </Empty>
    );
  }
  return (
    <Card
      title="Profile"
      aside={
        mayChange && (
          <Button size="xs" variant="default" onClick={open}>
            Edit
          </Button>
        )
      }
    >
      <Json value={traits} label="The profile" />
    </Card>
  );
}
