import { expect, it } from "vitest";
import { redriveOf } from "#/services/redrive";
import { filterOf, messageSearch } from "./search";

const NOW = Date.UTC(2030, 0, 15, 12);

it("reads what an address says, and forgets what it cannot mean", () => {
  expect(messageSearch.parse({ user: 42, status: "SENT", archived: "yes", event: "", since: ["x"] })).toEqual({ user: "42", status: "SENT" });
});

it("counts a span back from now, and leaves a time as it is", () => {
  expect(filterOf({ since: "24h" }, NOW).enqueued_after).toBe("2030-01-14T12:00:00.000Z");
  expect(filterOf({ since: "2030-01-01" }, NOW).enqueued_after).toBe("2030-01-01");
});

it("redrives of what is shown only what has failed", () => {
  expect(redriveOf(filterOf({ user: "ann", since: "1h" }, NOW))).toMatchObject({
    statuses: ["UNDELIVERABLE", "UNROUTABLE", "UNMAPPED"],
    recipient: "ann",
    since: NOW - 3_600_000,
  });
  expect(redriveOf(filterOf({ status: "SENT,UNROUTABLE" }, NOW))?.statuses).toEqual(["UNROUTABLE"]);
  expect(redriveOf(filterOf({ status: "SENT" }, NOW))).toBeNull();
});
