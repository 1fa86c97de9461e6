import { expect, it } from "vitest";
import { hasRemote, isRemote, uncounted, unstyled } from "./remote";

it.each([
  ['<img src="https://a.test/x.png">', true],
  ["<td background='//a.test/x.png'>", true],
  ["<style>@font-face { src: url(https://a.test/x.woff) }</style>", true],
  [`<p style="background: url(&quot;https://a.test/x&quot;)">`, true],
  [`<img src="${location.origin}/assets/x.png"> <img src="/assets/y.png">`, false],
  ['<a href="https://a.test">https://a.test</a>', false],
])("of %s tells whether it loads from elsewhere: %s", (html, told) => {
  expect(hasRemote(html)).toBe(told);
  expect(hasRemote(unstyled(html))).toBe(told && !html.includes("url("));
});

it.each([
  ["https://a.test/x.png", true],
  ["//a.test/x.png", true],
  ["/assets/x.png", false],
  ["data:image/png;base64,AA", false],
  ["https://", false],
])("%s is elsewhere: %s", (address, told) => {
  expect(isRemote(address)).toBe(told);
});

it("shows an email without the picture that counts who opened it", () => {
  const shown = uncounted('<p>Hi</p><img src="https://x.test/a.png"><img src="https://t.test/t/o/AbC_1-2" width="1" height="1" alt="">');
  expect(shown).toBe('<p>Hi</p><img src="https://x.test/a.png">');
});
