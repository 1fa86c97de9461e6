import { Badge, Button, ColorInput, Group, Paper, SimpleGrid, Stack, Text, Textarea, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { EmailPreview } from "#/components/designer/preview/EmailPreview";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { Failure } from "#/components/ui/Failure";
import { Page } from "#/components/ui/Page";
import type { Json } from "#/elemental/node";
import { type Brand, type BrandBody, type BrandDraft, brandPreviewQuery, deleteBrand, dropBrandDraft, makeDefaultBrand, publishBrand, saveBrandDraft } from "#/services/brands";
import classes from "./BrandEditor.module.css";
import { lookAt, withLook } from "./brandLook";
import { SAMPLE } from "./sample";

type Settings = Readonly<Record<string, Json | undefined>>;

const SOCIAL = { facebook: "Facebook", instagram: "Instagram", linkedin: "LinkedIn", medium: "Medium", twitter: "Twitter" } as const;

/** A brand, written beside what it makes of an email. Nothing looks like it before it is published. */
export function BrandEditor({ brand, draft }: { brand: Brand; draft: BrandDraft | null }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState(draft?.name ?? brand.name);
  // It is JSON, as the API answered it.
  const [settings, setSettings] = useState((draft ?? brand).settings as Settings);
  const snippets = (draft ?? brand).snippets;
  const body: BrandBody = { name, settings: { ...settings }, ...(snippets && { snippets }) };
  const [shown] = useDebouncedValue(body, 300);
  const preview = useQuery(brandPreviewQuery(brand.id, shown, SAMPLE));
  const refresh = () => client.invalidateQueries({ queryKey: ["brands"] });

  const save = useMutation({ mutationFn: () => saveBrandDraft(brand.id, body), onSuccess: () => void refresh() });
  const publish = useMutation({
    mutationFn: async () => {
      await saveBrandDraft(brand.id, body);
      await publishBrand(brand.id);
    },
    onSuccess: () => {
      void refresh();
      notifications.show({ color: "teal", title: "Published", message: `Emails look like “${name}” from now on.` });
    },
  });
  const text = (label: string, path: string[], placeholder = "", description = "") => (
    <TextInput label={label} description={description || undefined} placeholder={placeholder} value={lookAt(settings, path)} onChange={(event) => setSettings(withLook(settings, path, event.currentTarget.value || undefined))} />
  );
  const color = (label: string, path: string[]) => (
    <ColorInput label={label} placeholder="automatic" withEyeDropper={false} value={lookAt(settings, path)} onChange={(value) => setSettings(withLook(settings, path, value || undefined))} />
  );

  return (
    <Page
      title={brand.name}
      description="How emails look: colours, logo and footer."
      actions={
        <>
          {draft && (
            <Badge variant="light" color="gray" tt="none">
              has a draft
            </Badge>
          )}
          <Button variant="default" loading={save.isPending} onClick={() => save.mutate()}>
            Save the draft
          </Button>
          <Button loading={publish.isPending} onClick={() => publish.mutate()}>
            Publish
          </Button>
        </>
      }
    >
      {(save.isError || publish.isError) && <Failure error={save.error ?? publish.error} title="It was not saved" />}
      <div className={classes.desk}>
        <Paper withBorder p="md" className={classes.form ?? ""}>
          <Stack>
            <TextInput label="Name" required value={name} maxLength={255} onChange={(event) => setName(event.currentTarget.value)} />
            <Title order={2} size="h6">
              Colours
            </Title>
            <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="xs">
              {color("Buttons and links", ["colors", "primary"])}
              {color("Second", ["colors", "secondary"])}
              {color("Third", ["colors", "tertiary"])}
            </SimpleGrid>
            <Title order={2} size="h6">
              Top of an email
            </Title>
            {text("Logo", ["email", "header", "logo", "image"], "https://acme.example/logo.png", "Its address; 140 pixels wide")}
            {text("The logo leads to", ["email", "header", "logo", "href"], "https://acme.example")}
            {color("Bar", ["email", "header", "barColor"])}
            <Title order={2} size="h6">
              Bottom of an email
            </Title>
            <Textarea
              label="Footer"
              description="Markdown; {{urls.unsubscribe}} and {{urls.preferences}} lead where a user chooses"
              autosize
              minRows={3}
              value={lookAt(settings, ["email", "footer", "markdown"])}
              onChange={(event) => setSettings(withLook(settings, ["email", "footer", "markdown"], event.currentTarget.value || undefined))}
            />
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
              {Object.entries(SOCIAL).map(([each, name]) => (
                <div key={each}>{text(name, ["email", "footer", "social", each, "url"], "https://…")}</div>
              ))}
            </SimpleGrid>
            <Group>
              {brand.is_default && (
                <Text size="sm" c="dimmed">
                  This is the default brand.
                </Text>
              )}
              <Button
                variant="default"
                size="xs"
                disabled={brand.is_default}
                onClick={() =>
                  void makeDefaultBrand(brand.id).then(() => {
                    notifications.show({ color: "teal", title: "The default", message: `“${brand.name}” looks after every message that has no other brand.` });
                    return client.invalidateQueries({ queryKey: ["brands"] });
                  })
                }
              >
                Make it the default
              </Button>
              {draft && (
                <ConfirmButton
                  size="xs"
                  question="What was not published goes; emails stay as they look now."
                  verb="Drop"
                  act={async () => {
                    await dropBrandDraft(brand.id);
                    setSettings(brand.settings as Settings); // JSON, as above
                    setName(brand.name);
                    await refresh();
                  }}
                >
                  Drop the draft
                </ConfirmButton>
              )}
              <ConfirmButton
                size="xs"
                color="red"
                variant="light"
                question="Messages that had it look like the default brand from now on. This cannot be taken back."
                verb="Delete"
                act={async () => {
                  await deleteBrand(brand.id);
                  await navigate({ to: "/brands" });
                  // The page may still be there for a moment: nothing asks for what is gone.
                  await client.invalidateQueries({ queryKey: ["brands"], predicate: ({ queryKey }) => queryKey[1] !== brand.id });
                }}
              >
                Delete this brand
              </ConfirmButton>
            </Group>
          </Stack>
        </Paper>
        <Paper withBorder p="sm" className={classes.preview ?? ""} component="section" aria-label="Preview">
          {preview.isError && <Failure error={preview.error} title="This cannot be drawn yet" />}
          {preview.data && !preview.isError && <EmailPreview subject={preview.data.subject} html={preview.data.html} text={preview.data.text} />}
          {preview.isPending && <Text c="dimmed">Drawing…</Text>}
        </Paper>
      </div>
    </Page>
  );
}
