import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";
import type { Document } from "#/elemental/node";
import { keysetQuery } from "./keyset";

export type Template = Schemas["NotificationAnswer"];
export type TemplateSummary = Schemas["Summary"];
export type TemplateWords = Schemas["Notification"];
export type Preview = Schemas["Preview"];
export type ChannelPreview = Schemas["ChannelPreview"];
export type VersionNode = Schemas["VersionNode"];

const all = ["templates"] as const;

/** Templates that are not archived, newest first; `tag` keeps those that carry it, `event` those that it sends. */
export const templatesQuery = ({ tag, event }: { tag?: string | undefined; event?: string | undefined } = {}) =>
  infiniteQueryOptions(
    keysetQuery([...all, "list", tag ?? "", event ?? ""], (cursor, signal) =>
      answer(api.GET("/notifications", { params: { query: { cursor: cursor ?? null, ...(tag && { tags: [tag] }), ...(event && { event_id: event }) } }, signal })),
    ),
  );

/** A template in one of its versions: `draft`, `published`, `v001`. */
export const templateQuery = (id: string, version = "draft") =>
  queryOptions({
    queryKey: [...all, id, version],
    queryFn: ({ signal }) => answer(api.GET("/notifications/{notification_id}", { params: { path: { notification_id: id }, query: { version } }, signal })),
    staleTime: version === "draft" ? 0 : 60_000,
  });

export const versionsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [...all, id, "versions"],
    queryFn: ({ pageParam, signal }) =>
      answer(api.GET("/notifications/{notification_id}/versions", { params: { path: { notification_id: id }, query: { cursor: pageParam ?? null } }, signal })),
    initialPageParam: undefined as string | undefined, // the first page has no cursor
    getNextPageParam: ({ paging }) => (paging.more ? (paging.cursor ?? undefined) : undefined),
  });

export type PreviewAsked = Partial<Schemas["PreviewBody"]>;

/** A template as somebody would get it. Nothing is sent, nothing is kept. */
export const previewQuery = (id: string, asked: PreviewAsked) =>
  queryOptions({
    queryKey: [...all, id, "preview", asked],
    queryFn: async ({ signal }) => {
      const body = asked as Schemas["PreviewBody"]; // what is left out has a default
      return whole(await answer(api.POST("/notifications/{notification_id}/preview", { params: { path: { notification_id: id } }, body, signal })));
    },
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  });

/** Each message has links of its own; a preview has none. */
const KNOWN_WHEN_SENT = /^(urls|courier)\./;

/** Leaves out what is missing in previews alone. */
function whole(preview: Preview): Preview {
  const channels = Object.entries(preview.channels).map(
    ([name, channel]) => [name, { ...channel, missing: channel.missing.filter((variable) => !KNOWN_WHEN_SENT.test(variable)) }] as const,
  );
  return { ...preview, channels: Object.fromEntries(channels) };
}

/** Keeps a new template as a draft. */
export function createTemplate(notification: TemplateWords): Promise<Template> {
  return answer(api.POST("/notifications", { body: { notification, state: "DRAFT" } }));
}

/** Replaces the draft. `updated` is what was read: whoever wrote since is not undone, it is a conflict (409). */
export function saveTemplate(id: string, notification: TemplateWords, updated: number | undefined): Promise<Template> {
  return answer(api.PUT("/notifications/{notification_id}", { params: { path: { notification_id: id } }, body: { notification, state: "DRAFT", updated: updated ?? null } }));
}

/** Publishes the draft, or an old version again. */
export async function publishTemplate(id: string, version?: string): Promise<void> {
  await answer(api.POST("/notifications/{notification_id}/publish", { params: { path: { notification_id: id } }, body: version ? { version } : null }));
}

export async function archiveTemplate(id: string): Promise<void> {
  await answer(api.DELETE("/notifications/{notification_id}", { params: { path: { notification_id: id } } }));
}

export async function submitTemplate(id: string): Promise<void> {
  await answer(api.POST("/notifications/{notification_id}/submissions", { params: { path: { notification_id: id } } }));
}

/** Lets an event send a template, or none. */
export async function mapEvent(event: string, template: string | undefined): Promise<void> {
  const params = { path: { event_id: event } };
  if (template) await answer(api.PUT("/events/{event_id}", { params, body: { id: template, type: "notification" } }));
  else await answer(api.DELETE("/events/{event_id}", { params }));
}

/** Sends a message as a client would; gives the request's id. */
export async function sendMessage(message: Readonly<Record<string, unknown>>): Promise<string> {
  const body = { message } as unknown as Schemas["SendBody"]; // made by whoever calls; the API checks it
  const { requestId } = await answer(api.POST("/send", { body }));
  return requestId;
}

/** Gives what a template says, as Elemental: what was saved was checked to be it. */
export function documentOf({ content }: { content: Readonly<Record<string, unknown>> }): Document {
  return content as unknown as Document;
}

/** What a template is written with, as it was read: fields that nobody changes are written as they were. */
export function wordsOf(template: Template): TemplateWords {
  const { name, content, tags, brand, subscription, routing, email, missing_variables, checks } = template;
  const condition = template.if as TemplateWords["if"] | undefined; // the API answers what it was written with
  return {
    name,
    content,
    tags,
    brand,
    subscription,
    routing,
    missing_variables: missing_variables ?? "empty",
    ...(email && { email }),
    ...(condition !== undefined && { if: condition }),
    ...(checks && { checks }),
  };
}

/** The events that send a template. */
export function eventsOf({ alias }: { alias?: string | string[] }): string[] {
  return alias === undefined ? [] : Array.isArray(alias) ? alias : [alias];
}
