import { expect, it } from "vitest";
import { minutesOf, withMinutes, withSetting } from "./waysOf";

it("keeps what it does not show", () => {
  const all = { email: { override: { subject: "x" }, if: "a" } };
  expect(withSetting(all, "email", "if", undefined)).toEqual({ email: { override: { subject: "x" } } });
  expect(withSetting({ email: { if: "a" } }, "email", "if", undefined)).toEqual({});
});

it("reads and writes times in every form", () => {
  expect(minutesOf({ timeouts: { channel: 60_000, provider: 5 } })).toBe(1);
  expect(minutesOf({ timeout: 120_000 })).toBe(2);
  expect(withMinutes({ email: { timeouts: { channel: 1, provider: 5 } } }, "email", 2, true)).toEqual({ email: { timeouts: { provider: 5, channel: 120_000 } } });
  expect(withMinutes({ email: { timeouts: { channel: 1 } } }, "email", undefined, true)).toEqual({});
  expect(withMinutes({}, "smtp", 1, false)).toEqual({ smtp: { timeouts: 60_000 } });
});
