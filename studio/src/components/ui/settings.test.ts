import { describe, expect, it } from "vitest";
import { faultOf, filled, MASK, settingsOf, titleOf } from "./settings";

const SETTINGS = settingsOf({
  host: { type: "string", required: true },
  password: { type: "string", required: false, secret: true },
  verify: { type: "boolean", required: false, default: true },
  headers: { type: "object", required: false },
  rate_limit: { type: "object", properties: { rate: { type: "number" }, period: { type: "enum", values: ["second"] } } },
});

describe("filled", () => {
  it("leaves out what is empty, and keeps what is false", () => {
    expect(filled(SETTINGS, { host: "mx", password: "", verify: false, headers: {}, rate_limit: {} }, {})).toEqual({ host: "mx", verify: false });
  });

  it("sends the mask back, which leaves the secret as it is", () => {
    expect(filled(SETTINGS, { password: MASK }, { password: MASK })).toEqual({ password: MASK });
  });

  it("removes what was set and is empty now", () => {
    const before = { host: "mx", headers: { a: "b" }, rate_limit: { rate: 1, period: "second" } };
    expect(filled(SETTINGS, { host: "mx" }, before)).toEqual({ host: "mx", headers: null, rate_limit: null });
  });

  it("keeps part of an object", () => {
    expect(filled(SETTINGS, { rate_limit: { rate: 5 } }, { rate_limit: { rate: 1, period: "second" } })).toEqual({ rate_limit: { rate: 5, period: null } });
  });
});

describe("faultOf", () => {
  it("finds the field that a refusal names", () => {
    expect(faultOf("settings.rate_limit.rate: must be a number in its bounds")).toEqual({
      path: "rate_limit.rate",
      words: "must be a number in its bounds",
    });
  });

  it("finds none where it names none", () => {
    expect(faultOf("provider: there is no provider x")).toBeUndefined();
    expect(faultOf("settings: a provider has 50 settings at most")).toBeUndefined();
  });
});

it.each([
  ["from_address", "From address"],
  ["base_url", "Base URL"],
  ["timeout_s", "Timeout (seconds)"],
  ["api_key", "API key"],
  ["account_sid", "Account SID"],
])("writes %s as %s", (name, title) => {
  expect(titleOf(name)).toBe(title);
});

it("takes a kind of setting that it does not know as text", () => {
  expect(settingsOf({ odd: { type: "colour" } })).toEqual({ odd: { type: "string" } });
});
