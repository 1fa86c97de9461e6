import { Badge, Button, Group, NavLink, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Ago } from "#/components/ui/Ago";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { documentOf, publishTemplate, type Template, templateQuery, versionsQuery } from "#/services/templates";
import { Comparison } from "./Comparison";
import type { useEditing } from "./useEditing";
import classes from "./Versions.module.css";

interface Props {
  template: Template;
  editing: ReturnType<typeof useEditing>;
}

/** What was published and when, what changed since, and the way back. */
export function Versions({ template, editing }: Props) {
  const client = useQueryClient();
  const versions = useInfiniteQuery(versionsQuery(template.id));
  const nodes = versions.data?.pages.flatMap((page) => page.versions) ?? [];
  const published = nodes.filter((node) => node.version !== "draft");
  const [chosen, choose] = useState<string | undefined>();
  const name = chosen ?? published[0]?.version;
  const version = useQuery({ ...templateQuery(template.id, name ?? "draft"), enabled: name !== undefined });

  if (versions.isPending) return <Loading />;
  if (versions.isError) return <Failure error={versions.error} retry={() => void versions.refetch()} />;
  if (!published.length) {
    return (
      <Text size="sm" c="dimmed">
        It was never published. Each time it is, what was published stays here: to be compared, and published again.
      </Text>
    );
  }
  return (
    <div className={classes.versions}>
      <Stack gap={2}>
        {published.map((node) => (
          <NavLink
            key={node.version}
            component="button"
            active={node.version === name}
            label={node.version.replace("published:", "")}
            description={<Ago at={node.created} />}
            rightSection={
              node.version.startsWith("published:") && (
                <Badge size="sm" variant="light" tt="none">
                  in use
                </Badge>
              )
            }
            onClick={() => choose(node.version)}
          />
        ))}
        {versions.hasNextPage && (
          <Button size="xs" variant="subtle" loading={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>
            Older versions
          </Button>
        )}
      </Stack>
      {version.data && name && (
        <Stack miw={0}>
          <Group justify="space-between">
            <Text size="sm">
              From <b>{name.replace("published:", "")}</b> to <b>the draft</b>
            </Text>
            <Group gap="xs">
              <Button size="xs" variant="default" onClick={() => editing.edit(() => documentOf(version.data))}>
                Go on from it
              </Button>
              {!name.startsWith("published:") && (
                <ConfirmButton
                  size="xs"
                  question={`${name} is what is sent from now on. The draft stays as it is.`}
                  verb="Publish again"
                  act={async () => {
                    await publishTemplate(template.id, name);
                    await client.invalidateQueries({ queryKey: ["templates", template.id] });
                    choose(undefined);
                    notifications.show({ color: "teal", title: "Rolled back", message: `${name} is what is sent from now on.` });
                  }}
                >
                  Publish this version again
                </ConfirmButton>
              )}
            </Group>
          </Group>
          <Comparison template={template} version={name.replace("published:", "")} before={documentOf(version.data)} after={editing.document} />
        </Stack>
      )}
    </div>
  );
}
