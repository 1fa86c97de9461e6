import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { useState } from "react";
import { BrandTable } from "#/components/brands/BrandTable";
import { Failure } from "#/components/ui/Failure";
import { Page } from "#/components/ui/Page";
import { createBrand } from "#/services/brands";

export const Route = createFileRoute("/brands/")({ component: Brands });

function Brands() {
  const navigate = Route.useNavigate();
  const client = useQueryClient();
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState("");
  const create = useMutation({
    mutationFn: () => createBrand({ name: name.trim(), settings: { colors: { primary: "#0f6b62" } } }),
    onSuccess: async ({ id }) => {
      void client.invalidateQueries({ queryKey: ["brands"] });
      await navigate({ to: "/brands/$id", params: { id } });
    },
  });
  const button = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpened(true)}>
      New brand
    </Button>
  );
  return (
    <Page title="Brands" description="How emails look: colours, logo and footer, shared by all templates." actions={button}>
      <BrandTable create={button} />
      <Modal opened={opened} onClose={() => setOpened(false)} title="New brand" centered>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate();
          }}
        >
          <Stack>
            <TextInput label="Name" required maxLength={255} data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
            {create.isError && <Failure error={create.error} title="The brand was not made" />}
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setOpened(false)}>
                Cancel
              </Button>
              <Button type="submit" loading={create.isPending} disabled={!name.trim()}>
                Create
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </Page>
  );
}
