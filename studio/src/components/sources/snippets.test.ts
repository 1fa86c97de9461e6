import { expect, it } from "vitest";
import { snippetsFor } from "./snippets";

it.each(snippetsFor("https://t.example.org", "wk_1").map((each) => [each.key, each.code] as const))("fills the key and the address into %s", (_, code) => {
  expect(code).toContain("wk_1");
  expect(code).toContain("https://t.example.org");
  expect(code).not.toMatch(/YOUR_WRITE_KEY|tidings\.example\.com|\{\{/);
});
