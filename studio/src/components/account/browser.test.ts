import { expect, it } from "vitest";
import { browserOf } from "./browser";

it("names browser and system", () => {
  const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
  expect(browserOf(chrome)).toBe("Chrome on Linux");
  expect(browserOf(`${chrome} Edg/140.0`)).toBe("Edge on Linux");
  expect(browserOf("Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Safari/604.1")).toBe("Safari on iPhone");
});

it("takes what it does not know by its first word", () => {
  expect(browserOf("curl/9.1 (something)")).toBe("curl/9.1");
  expect(browserOf("")).toBe("A browser that says nothing of itself");
});
