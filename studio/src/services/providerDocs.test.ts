import { expect, it } from "vitest";
import { pageOf } from "./providerDocs";

const PAGE = `# SMTP

Any server; see [Outbox](outbox.md) and [theirs](https://example.com).

## Settings

| setting | default | meaning |
| --- | --- | --- |
| \`host\` | required | name or \`address\` of the [server](x.md) |
| \`port\` | 587 | |
`;

it("leads nowhere that is not there", () => {
  const page = pageOf(PAGE);
  expect(page).toContain("see Outbox and [theirs](https://example.com)");
  expect(page).toContain("### Settings");
  expect(page).not.toContain("# SMTP");
});
