import { expect, it } from "vitest";
import { type Provider, rankOf, successOf } from "./providers";
import { blankRecipient, soleField } from "./testSend";

const provider = (id: string, key: string): Provider => ({ id, provider: key, title: id, settings: {}, created: 0, updated: 0 });

it("asks the oldest account of a channel first", () => {
  const channels = new Map([
    ["smtp", "email"],
    ["resend", "email"],
    ["twilio", "sms"],
  ]);
  const all = [provider("a", "smtp"), provider("b", "twilio"), provider("c", "resend")];
  expect(all.map((each) => rankOf(each, all, channels))).toEqual([1, 1, 2]);
});

it("has no success rate without attempts", () => {
  const answers = { provider: "smtp", channel: "email", attempts: 0, sent: 0, undeliverable: 0, retried: 0, unknown: 0, average_ms: null };
  expect(successOf(answers)).toBeNull();
  expect(successOf({ ...answers, attempts: 4, sent: 3 })).toBe(0.75);
});

it("asks for one address where one is enough", () => {
  expect(soleField(blankRecipient("resend", "email"))).toBe("email");
  expect(soleField(blankRecipient("twilio", "sms"))).toBe("phone_number");
  expect(soleField(blankRecipient("slack", "direct_message"))).toBeUndefined();
});
