import type { Schemas } from "#/api/client";

type Request = Schemas["WrittenRequest"];
type Mail = Schemas["WrittenMail"];

/** Writes a request as it goes over the wire: its line, its headers, its body. JSON is laid out to be read. */
export function requestText({ method, url, headers, body }: Request): string {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${url}`, ...head, ...(body ? ["", readable(body)] : [])].join("\n");
}

/** Writes what an SMTP server is told: the envelope, and the source of the mail. */
export function mailText({ mail_from, rcpt_to, message }: Mail): string {
  const to = rcpt_to.map((address) => `RCPT TO:<${address}>`);
  return [`MAIL FROM:<${mail_from}>`, ...to, "DATA", "", message.replaceAll("\r\n", "\n").trimEnd()].join("\n");
}

/** Says what a part of a body that is too long leaves out. */
export function cutNote({ cut, bytes, shown }: { cut: boolean | undefined; bytes: number; shown: string }): string | undefined {
  if (!cut) return undefined;
  return `Cut after ${shown.length.toLocaleString("en")} characters: it has ${bytes.toLocaleString("en")} bytes.`;
}

function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body; // no JSON, or cut in the middle of it
  }
}
