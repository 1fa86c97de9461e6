import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";

export type Section = Schemas["SectionAnswer"];
export type Topic = Schemas["TopicAnswer"];
export type SectionBody = Schemas["SectionBody"];
export type TopicBody = Schemas["preference_sections_TopicBody"];
export type Schedule = Schemas["ScheduleBody"];
export type Digest = Schemas["DigestBody"];
export type Channel = NonNullable<SectionBody["routing_options"]>[number];
export type PageBody = Schemas["preference_page_PublishBody"];

export const PREFERENCES = ["preferences"] as const;

/** The channels that a topic may come by. */
export const CHANNELS: Readonly<Record<Channel, string>> = {
  email: "Email",
  sms: "SMS",
  push: "Push",
  inbox: "Inbox",
  direct_message: "Chat",
  webhook: "Webhook",
};

export const sectionsQuery = queryOptions({
  queryKey: [...PREFERENCES, "sections"],
  queryFn: async ({ signal }) => (await answer(api.GET("/preferences/sections", { signal }))).results,
});

/** Makes a section, or replaces the one of this id. */
export const putSection = ({ id, body }: { id: string | undefined; body: SectionBody }) =>
  id === undefined
    ? answer(api.POST("/preferences/sections", { body }))
    : answer(api.PUT("/preferences/sections/{section_id}", { params: { path: { section_id: id } }, body }));

/** Says in which order sections are shown. */
export const arrangeSections = (order: string[]) => answer(api.PUT("/preferences/sections/order", { body: { order } }));

/** Says in which order the topics of a section are shown. */
export const arrangeTopics = ({ section, order }: { section: string; order: string[] }) =>
  answer(api.PUT("/preferences/sections/{section_id}/topics/order", { params: { path: { section_id: section } }, body: { order } }));

export const deleteSection = (section_id: string) =>
  answer(api.DELETE("/preferences/sections/{section_id}", { params: { path: { section_id } } }));

/** Makes a topic in a section, or replaces the one of this id. */
export const putTopic = ({ section, id, body }: { section: string; id: string | undefined; body: TopicBody }) =>
  id === undefined
    ? answer(api.POST("/preferences/sections/{section_id}/topics", { params: { path: { section_id: section } }, body }))
    : answer(api.PUT("/preferences/sections/{section_id}/topics/{topic_id}", { params: { path: { section_id: section, topic_id: id } }, body }));

export const deleteTopic = ({ section, id }: { section: string; id: string }) =>
  answer(api.DELETE("/preferences/sections/{section_id}/topics/{topic_id}", { params: { path: { section_id: section, topic_id: id } } }));

/** The page on which recipients choose, as it is published. */
export const pageQuery = queryOptions({
  queryKey: [...PREFERENCES, "page"],
  queryFn: ({ signal }) => answer(api.GET("/preferences/page", { signal })),
});

/** How that page would look: HTML. */
export const previewQuery = (body: PageBody) =>
  queryOptions({
    queryKey: [...PREFERENCES, "preview", body],
    queryFn: async ({ signal }) => (await answer(api.POST("/preferences/page/preview", { body, signal }))).html,
    placeholderData: keepPreviousData,
  });

export const publishPage = (body: PageBody) => answer(api.POST("/preferences/publish", { body }));

/** A topic's digest as it is written back. */
export function digestOf({ digest }: Topic): Digest | null {
  if (!digest) return null;
  const schedules = digest.schedules.map(
    ({ schedule_id, frequency, time, day_of_week, days_of_week, day_of_month, timezone, is_default, disabled }): Schedule => ({
      schedule_id,
      frequency,
      time: time ?? null,
      day_of_week: day_of_week ?? null,
      days_of_week: days_of_week ?? null,
      day_of_month: day_of_month ?? null,
      timezone: timezone ?? null,
      is_default,
      disabled,
    }),
  );
  const { template_id, categories, audience_id, trigger_empty } = digest;
  return { template_id, schedules, categories, audience_id: audience_id ?? null, trigger_empty };
}

/** Picks the words that are channels. */
export function channelsOf(words: readonly string[]): Channel[] {
  return words.filter((word): word is Channel => word in CHANNELS);
}
