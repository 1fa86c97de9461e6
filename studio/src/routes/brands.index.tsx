import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { createFileRoute } from "@tanstack/react-router";
import { BrandTable } from "#/components/brands/BrandTable";
import { NewBrand } from "#/components/brands/NewBrand";
import { Page } from "#/components/ui/Page";

export const Route = createFileRoute("/brands/")({ component: Brands });

function Brands() {
  const [opened, { open, close }] = useDisclosure();
  const button = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      New brand
    </Button>
  );
  return (
    <Page title="Brands" description="How emails look: colours, logo and footer, shared by all templates." actions={button}>
      <BrandTable create={button} />
      <NewBrand opened={opened} close={close} />
    </Page>
  );
}
