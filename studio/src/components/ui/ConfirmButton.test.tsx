import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { draw } from "#/testing";
import { ConfirmButton } from "./ConfirmButton";

it("does nothing before it has been confirmed, and says so when it could not be done", async () => {
  const act = vi.fn(() => Promise.reject(new Error("it is in use")));
  await draw(
    <ConfirmButton verb="Delete" question="It cannot be undone." act={act}>
      Delete source
    </ConfirmButton>,
  );
  await userEvent.click(screen.getByRole("button", { name: "Delete source" }));
  expect(act).not.toHaveBeenCalled();
  await userEvent.click(await screen.findByRole("button", { name: "Delete" }));
  expect((await screen.findByRole("alert")).textContent).toContain("it is in use");
  act.mockResolvedValueOnce(undefined as never);
  await userEvent.click(screen.getByRole("button", { name: "Delete" }));
  expect(screen.queryByRole("dialog")).toBeNull();
});
