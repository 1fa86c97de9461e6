import { expect, it } from "vitest";
import { cutNote, mailText, requestText } from "./requestText";

const request = { method: "POST", url: "https://api.example.com/email", headers: { Accept: "application/json" }, bytes: 9, cut: false, sends: true };

it("writes a request as it goes over the wire, with JSON laid out", () => {
  expect(requestText({ ...request, body: '{"To":"a"}' })).toBe(
    'POST https://api.example.com/email\nAccept: application/json\n\n{\n  "To": "a"\n}',
  );
});

it("leaves what is no JSON as it is, and a body away that is empty", () => {
  expect(requestText({ ...request, headers: {}, body: "To=%2B49" })).toBe("POST https://api.example.com/email\n\nTo=%2B49");
  expect(requestText({ ...request, headers: {}, body: "" })).toBe("POST https://api.example.com/email");
});

it("writes the envelope of a mail before its source", () => {
  const mail = { server: "mail:587", mail_from: "shop@a.test", rcpt_to: ["ann@b.test", "bo@b.test"], message: "Subject: Hi\r\n\r\nHello\r\n", bytes: 22, cut: false };
  expect(mailText(mail)).toBe("MAIL FROM:<shop@a.test>\nRCPT TO:<ann@b.test>\nRCPT TO:<bo@b.test>\nDATA\n\nSubject: Hi\n\nHello");
});

it("tells what was cut", () => {
  expect(cutNote({ cut: true, bytes: 150_000, shown: "abc" })).toBe("Cut after 3 characters: it has 150,000 bytes.");
  expect(cutNote({ cut: false, bytes: 3, shown: "abc" })).toBeUndefined();
});
