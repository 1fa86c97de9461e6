import { expect, it } from "vitest";
import { storyOf } from "./story";

const way = { channel: { id: "email" }, integration: { id: "smtp", provider: "smtp" } };

it("tells a message that was tried twice, in order", () => {
  const story = storyOf(
    [
      { type: "ENQUEUED", ts: 10, recipient: "ann" },
      { type: "PROFILE_LOADED", ts: 20, merged_profile: { email: "a@b" }, stored_profile: { email: "a@b" } },
      { type: "RENDERED", ts: 20, ...way, missing_variables: ["data.total"] },
      { type: "ERROR", ts: 30, ...way, error_message: "451 later", retry_at: 90 },
      { type: "SENT", ts: 100, ...way, reference: "r-1" },
    ],
    [{ step: "call", verdict: "passed", why: "the track call came in and was MAPPED", at: 10, facts: { event_id: "1-x" } }],
  );
  expect(story.map(({ title }) => title)).toEqual(["A call came in", "Message made", "Profile read", "Written for email", "An attempt failed", "Sent"]);
  expect(story.map(({ why }) => why).slice(2)).toEqual([
    "1 trait is known",
    "variables without a value: data.total",
    expect.stringMatching(/^smtp \(email\): 451 later; tried again at /),
    "smtp (email) took it as r-1",
  ]);
  expect(story.map(({ verdict }) => verdict).at(-2)).toBe("waits");
});

it("tells what was kept back, and by what", () => {
  const [line] = storyOf([{ type: "FILTERED", ts: 1, reason: "UNSUBSCRIBED", error_message: "opted out of News" }], []);
  expect(line).toMatchObject({ title: "Kept back", why: "opted out of News", verdict: "stopped" });
});

it("says so when nobody knows whether it was sent", () => {
  const [line] = storyOf([], [{ step: "attempt", verdict: "unknown", why: "no answer is on record", at: 5 }]);
  expect(line).toMatchObject({ title: "Nobody knows", verdict: "unknown" });
});

it("tells of lines it does not know in the log's own word", () => {
  expect(storyOf([{ type: "BRAND_NEW", ts: 1 }], [])[0]?.title).toBe("brand new");
});
