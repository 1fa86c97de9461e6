import { expect, it } from "vitest";
import type { Listing } from "./keyset";
import { changed, taken } from "./live";

interface At {
  id: string;
  at: number;
  status?: string;
}

const leaf = (ids: string, more = true): Listing<At> => ({
  paging: { more, cursor: more ? "on" : null },
  results: ids.split("").map((id) => ({ id, at: id.charCodeAt(0) })),
});
const shown = (...pages: string[]) => ({ pages: pages.map((ids) => leaf(ids)), pageParams: [null, "on"].slice(0, pages.length) });
const idsOf = (list: { pages: Listing<At>[] }) => list.pages.map((page) => page.results.map((row) => row.id).join(""));
const at = (row: At) => row.at;

it("puts new rows on top, and those that are gone away", () => {
  expect(idsOf(taken(shown("hgf", "edc"), leaf("kjihf"), at))).toEqual(["kjihf", "edc"]);
});

it("begins anew when rows between are missing", () => {
  const list = taken(shown("cb", "a"), leaf("kji"), at);
  expect(idsOf(list)).toEqual(["kji"]);
  expect(list.pages[0]?.paging.cursor).toBe("on");
});

it("is the newest page when there is no other", () => {
  expect(idsOf(taken(shown("cba"), leaf("dc", false), at))).toEqual(["dc"]);
  expect(idsOf(taken(shown("cba"), leaf("", false), at))).toEqual([""]);
});

it("leaves what is shown alone when nothing was found so far", () => {
  expect(idsOf(taken(shown("cba"), leaf(""), at))).toEqual(["cba"]);
});

it("changes rows in place, and brings none, for whoever reads further down", () => {
  const head = leaf("dcb");
  const now = { ...head, results: head.results.map((row) => ({ ...row, status: "SENT" })) };
  const list = changed(shown("cb", "a"), now);
  expect(idsOf(list)).toEqual(["cb", "a"]);
  expect(list.pages.flatMap((page) => page.results.map((row) => row.status))).toEqual(["SENT", "SENT", undefined]);
});
