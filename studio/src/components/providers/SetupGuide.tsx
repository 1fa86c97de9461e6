import { Button, Drawer, Typography } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBook } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { providerDocQuery } from "#/services/providerDocs";
import classes from "./SetupGuide.module.css";

/** The page about a provider, as the documentation has it: where its settings are found, what it can do, its webhooks. */
export function SetupGuide({ provider, name }: { provider: string; name: string }) {
  const [opened, { open, close }] = useDisclosure();
  const { data, error, refetch } = useQuery({ ...providerDocQuery(provider), enabled: opened });
  return (
    <>
      <Button variant="default" size="xs" leftSection={<IconBook size={14} aria-hidden />} onClick={open} style={{ alignSelf: "flex-start" }}>
        Read about {name}
      </Button>
      <Drawer opened={opened} onClose={close} title={name} position="right" size="min(48rem, 100%)">
        {error ? (
          <Failure error={error} title="The page could not be read" retry={() => void refetch()} />
        ) : data === undefined ? (
          <Loading />
        ) : (
          <Typography>
            {/* A page of our own documentation, rendered without HTML of its own: nothing from outside is in it. */}
            <div className={classes.page} dangerouslySetInnerHTML={{ __html: data?.html ?? "" }} />
          </Typography>
        )}
      </Drawer>
    </>
  );
}
