import { expect, it } from "vitest";
import { type Provider, rankOf } from "./providers";
import { blankRecipient, soleField } from "./testSend";

const health: Provider["health"] = {
  circuit: "closed",
  parked_until: null,
  window_s: 900,
  attempts: 0,
  sent: 0,
  undeliverable: 0,
  retried: 0,
  unknown: 0,
  success_rate: null,
  p50_ms: null,
  p95_ms: null,
  last_error: "",
  last_error_at: null,
};
const provider = (id: string, key: string, enabled = true): Provider => ({ id, provider: key, title: id, settings: {}, created: 0, updated: 0, enabled, health });

it("asks the first account of a channel that is on", () => {
  const channels = new Map([
    ["smtp", "email"],
    ["resend", "email"],
    ["twilio", "sms"],
  ]);
  const all = [provider("off", "smtp", false), provider("a", "smtp"), provider("b", "twilio"), provider("c", "resend")];
  expect(all.map((each) => rankOf(each, all, channels))).toEqual([0, 1, 1, 2]);
});

it("asks for one address where one is enough", () => {
  expect(soleField(blankRecipient("resend", "email"))).toBe("email");
  expect(soleField(blankRecipient("twilio", "sms"))).toBe("phone_number");
  expect(soleField(blankRecipient("slack", "direct_message"))).toBeUndefined();
});
