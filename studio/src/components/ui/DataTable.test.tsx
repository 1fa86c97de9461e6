import { useInfiniteQuery } from "@tanstack/react-query";
import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { keysetQuery, type Listing } from "#/services/keyset";
import { draw } from "#/testing";
import { DataTable } from "./DataTable";

interface Item {
  id: string;
}

type Read = (cursor: string | undefined) => Promise<Listing<Item>>;

function Table({ read }: { read: Read }) {
  const query = useInfiniteQuery(keysetQuery(["items"], read));
  return (
    <DataTable
      label="Items"
      columns={[{ key: "id", title: "Id", cell: ({ id }) => id }]}
      query={query}
      rowKey={({ id }) => id}
      link={() => ({ to: "/" })}
      empty={<p>None yet</p>}
    />
  );
}

function page(from: number, count: number, more: boolean): Listing<Item> {
  const results = Array.from({ length: count }, (_, index) => ({ id: `item ${from + index}` }));
  return { results, paging: more ? { more, cursor: String(from + count) } : { more } };
}

it("reads page after page, each where the one before ended", async () => {
  const read = vi.fn<Read>((cursor) => Promise.resolve(page(Number(cursor ?? 0), 3, cursor === undefined)));
  await draw(<Table read={read} />);
  expect(await screen.findByText("item 5")).toBeTruthy();
  expect(screen.getByText("That is all: 6")).toBeTruthy();
  expect(read.mock.calls.map(([cursor]) => cursor)).toEqual([undefined, "3"]);
});

it("draws only what is in sight", async () => {
  await draw(<Table read={() => Promise.resolve(page(0, 10_000, false))} />);
  expect(await screen.findByText("item 0")).toBeTruthy();
  expect(screen.getAllByRole("row").length).toBeLessThan(100);
  expect(screen.getByRole("table").getAttribute("aria-rowcount")).toBe("10001");
});

it("is led from row to row by the arrow keys", async () => {
  await draw(<Table read={() => Promise.resolve(page(0, 3, false))} />);
  (await screen.findByRole("link", { name: "item 0" })).focus();
  fireEvent.keyDown(document.activeElement ?? document.body, { key: "ArrowDown" });
  expect(document.activeElement?.textContent).toBe("item 1");
  fireEvent.keyDown(document.activeElement ?? document.body, { key: "ArrowUp" });
  fireEvent.keyDown(document.activeElement ?? document.body, { key: "ArrowUp" });
  expect(document.activeElement?.textContent).toBe("item 0");
});

it("is entered by j from anywhere, and left alone while one types", async () => {
  await draw(
    <>
      <input aria-label="Search" />
      <Table read={() => Promise.resolve(page(0, 3, false))} />
    </>,
  );
  await screen.findByRole("link", { name: "item 0" });
  fireEvent.keyDown(screen.getByRole("textbox"), { key: "j" });
  expect(document.activeElement?.textContent).not.toBe("item 0");
  fireEvent.keyDown(document.body, { key: "j" });
  fireEvent.keyDown(document.activeElement ?? document.body, { key: "j" });
  expect(document.activeElement?.textContent).toBe("item 1");
});

it("reads on through pages that held nothing, and after many of them asks first", async () => {
  const read = vi.fn<Read>((cursor) => Promise.resolve(page(Number(cursor ?? 0), 0, true)));
  await draw(<Table read={read} />);
  expect(await screen.findByRole("button", { name: "Look further back" })).toBeTruthy();
  expect(screen.queryByText("None yet")).toBeNull();
  expect(read).toHaveBeenCalledTimes(15);
});

it("teaches when there is nothing", async () => {
  await draw(<Table read={() => Promise.resolve(page(0, 0, false))} />);
  expect(await screen.findByText("None yet")).toBeTruthy();
});

it("says what went wrong, keeps the rows that are there, and tries again", async () => {
  let down = true;
  const read: Read = (cursor) => (cursor && down ? Promise.reject(new Error("storage is away")) : Promise.resolve(page(Number(cursor ?? 0), 2, !cursor)));
  await draw(<Table read={read} />);
  expect(await screen.findByText("storage is away")).toBeTruthy();
  expect(screen.getByText("item 1")).toBeTruthy();
  down = false;
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("item 3")).toBeTruthy();
});
