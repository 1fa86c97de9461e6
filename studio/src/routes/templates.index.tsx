import { Button, CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconPlus, IconTag } from "@tabler/icons-react";
import { createFileRoute } from "@tanstack/react-router";
import { useState } from "react";
import { z } from "zod";
import { CreateTemplate } from "#/components/templates/CreateTemplate";
import { TemplateTable } from "#/components/templates/TemplateTable";
import { Page } from "#/components/ui/Page";

const search = z.object({
  tag: z.string().optional(),
  /** The dialog that makes one is open. */
  create: z.boolean().optional(),
});

export const Route = createFileRoute("/templates/")({ validateSearch: search, component: Templates });

function Templates() {
  const { tag, create = false } = Route.useSearch();
  const navigate = Route.useNavigate();
  const [typed, setTyped] = useState(tag ?? "");
  const filter = useDebouncedCallback((value: string) => void navigate({ search: (all) => ({ ...all, tag: value.trim() || undefined }), replace: true }), 300);
  const type = (value: string) => {
    setTyped(value);
    filter(value);
  };
  const open = (opened: boolean) => void navigate({ search: (all) => ({ ...all, create: opened || undefined }) });
  const button = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => open(true)}>
      New template
    </Button>
  );

  return (
    <Page title="Templates" description="What is said, on every channel: written once, published in versions." actions={button}>
      <TextInput
        aria-label="Tag to show"
        placeholder="Show one tag"
        data-search
        leftSection={<IconTag size={16} aria-hidden />}
        rightSection={typed && <CloseButton size="sm" aria-label="Show all" onClick={() => type("")} />}
        maw="18rem"
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
      />
      <TemplateTable tag={tag} create={button} />
      <CreateTemplate opened={create} close={() => open(false)} />
    </Page>
  );
}
