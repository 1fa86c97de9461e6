import { describe, expect, test } from "vitest";
import { beginOf, eventSearch, logSearch, namesSearch } from "./search";
import { counted, many, outlook } from "./volume";

describe("a count", () => {
  test("is told as the least where it is", () => {
    expect(counted(1204, true)).toBe("1,204");
    expect(counted(1204, false)).toBe("at least 1,204");
    expect([many(1, "call"), many(0, "call"), many(1200, "call")]).toEqual(["1 call", "0 calls", "1,200 calls"]);
  });
});

describe("what would become of calls", () => {
  test("is told of many, and of one", () => {
    expect(outlook(93, 2, 100)).toBe("As things stand now, 93 of the newest 100 users would get it, 2 later.");
    expect(outlook(1, 0, 2)).toBe("As things stand now, 1 of the newest 2 users would get it.");
    expect(outlook(1, 0, 1)).toBe("As things stand now, its user would get it.");
    expect(outlook(0, 1, 1)).toBe("As things stand now, its user would get it later.");
    expect(outlook(0, 0, 1)).toBe("As things stand now, its user would not get it.");
  });
});

describe("an address", () => {
  test("that says something odd shows everything", () => {
    expect(namesSearch.parse({ type: "nonsense", show: 5, begins: "Or" })).toEqual({ begins: "Or" });
    expect(logSearch.parse({ status: "mapped", source: "x", since: "1d" })).toEqual({ since: "1d" });
    expect(eventSearch.parse({})).toEqual({ type: "track", name: "" });
  });

  test("asks for whole minutes", () => {
    expect(beginOf("1h", 7_200_001)).toBe("3600000");
    expect(beginOf(undefined, 5)).toBeUndefined();
  });
});
