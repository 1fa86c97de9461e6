import { describe, expect, it } from "vitest";
import { patchOf, readTraits } from "./jsonPatch";

describe("patchOf", () => {
  it("says nothing of what stayed, whatever the order of keys", () => {
    expect(patchOf({ a: 1, b: { c: [1, { d: null }] } }, { b: { c: [1, { d: null }] }, a: 1 })).toEqual([]);
  });

  it("adds, and tests what it replaces or removes", () => {
    expect(patchOf({ plan: "free", old: 1, address: { city: "Bonn", zip: "1" } }, { plan: "pro", email: "a@b", address: { city: "Ulm", zip: "1" } })).toEqual([
      { op: "test", path: "/plan", value: "free" },
      { op: "replace", path: "/plan", value: "pro" },
      { op: "test", path: "/old", value: 1 },
      { op: "remove", path: "/old" },
      { op: "test", path: "/address/city", value: "Bonn" },
      { op: "replace", path: "/address/city", value: "Ulm" },
      { op: "add", path: "/email", value: "a@b" },
    ]);
  });

  it("writes keys as pointers want them", () => {
    expect(patchOf({}, { "a/b~c": 1 })).toEqual([{ op: "add", path: "/a~1b~0c", value: 1 }]);
  });

  it("replaces what becomes of another kind, and lists, as a whole", () => {
    expect(patchOf({ a: [1], b: {} }, { a: [1, 2], b: "x" }).filter(({ op }) => op === "replace")).toEqual([
      { op: "replace", path: "/a", value: [1, 2] },
      { op: "replace", path: "/b", value: "x" },
    ]);
  });
});

it("reads a profile, or says what is wrong with it", () => {
  expect(readTraits('{"a": 1}')).toEqual({ a: 1 });
  expect(readTraits("[1]")).toMatch(/is an object/);
  expect(readTraits('{"a": }')).toMatch(/no JSON yet/);
});
