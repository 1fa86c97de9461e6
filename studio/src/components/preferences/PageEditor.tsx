import { Button, Grid, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Ago } from "#/components/ui/Ago";
import { Card } from "#/components/ui/Card";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { useChange } from "#/services/changing";
import { brandChoices } from "#/services/choices";
import { type PageBody, pageQuery, PREFERENCES, previewQuery, publishPage } from "#/services/preferences";
import classes from "./PageEditor.module.css";

/** How the page on which recipients choose looks, before it is published. */
export function PageEditor() {
  const { data, error, refetch } = useQuery(pageQuery);
  if (error) return <Failure error={error} title="The page could not be read" retry={() => void refetch()} />;
  if (!data) return <Loading />;
  return <Form before={data} published={data.published_at} />;
}

function Form({ before, published }: { before: PageBody; published: string | null }) {
  const [heading, setHeading] = useState(before.heading ?? "");
  const [description, setDescription] = useState(before.description ?? "");
  const [brand, setBrand] = useState(before.brand_id ?? "default");
  const { data: brands } = useQuery(brandChoices);
  const publish = useChange(publishPage, PREFERENCES);
  const body: PageBody = { heading, description, brand_id: brand };
  const [settled] = useDebouncedValue(body, 300);

  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <Card
          title="How it looks"
          aside={
            published ? (
              <>
                published <Ago at={published} />
              </>
            ) : (
              "not published yet"
            )
          }
        >
          <Stack>
            <TextInput label="Heading" placeholder="What you want to be told" maxLength={200} value={heading} onChange={(event) => setHeading(event.currentTarget.value)} />
            <Textarea label="Description" autosize minRows={3} maxLength={2000} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
            <Select
              label="Brand"
              description="Its name and its primary colour are on the page."
              allowDeselect={false}
              data={[{ value: "default", label: "The default brand" }, { value: "none", label: "No brand" }, ...(brands ?? [])]}
              value={brand}
              onChange={(next) => setBrand(next ?? "default")}
            />
            {publish.error && <Failure error={publish.error} title="The page could not be published" />}
            <Button
              loading={publish.isPending}
              style={{ alignSelf: "flex-start" }}
              onClick={() => publish.mutate(body, { onSuccess: () => notifications.show({ title: "Published", message: "Every link to the page shows it so from now on." }) })}
            >
              Publish
            </Button>
            <Text size="sm" c="dimmed">
              Topics are always shown as they are, whenever they change. Messages link to the page with <code>{"{{urls.preferences}}"}</code>, and out of their topic with <code>{"{{urls.unsubscribe}}"}</code>; both need
              the setting <code>public_url</code>.
            </Text>
          </Stack>
        </Card>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Preview body={settled} />
      </Grid.Col>
    </Grid>
  );
}

function Preview({ body }: { body: PageBody }) {
  const { data, error, refetch } = useQuery(previewQuery(body));
  if (error) return <Failure error={error} title="The page could not be drawn" retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  return <iframe className={classes.preview} title="The page as recipients see it" sandbox="" srcDoc={withNonce(data)} tabIndex={0} />;
}

/** The frame stands under this page's policy, which lets only styles in that carry its nonce. */
function withNonce(html: string): string {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
  return html.replace(/nonce="[^"]*"/g, `nonce="${nonce}"`);
}
