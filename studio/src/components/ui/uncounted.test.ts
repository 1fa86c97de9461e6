import { expect, it } from "vitest";
import { uncounted } from "./uncounted";

it("takes out the picture that counts, and no other", () => {
  const html = '<p>Hi<img src="https://x.test/logo.png"><img width="1" src="https://here.test/t/o/abc" alt=""></p>';
  expect(uncounted(html)).toBe('<p>Hi<img src="https://x.test/logo.png"></p>');
});
