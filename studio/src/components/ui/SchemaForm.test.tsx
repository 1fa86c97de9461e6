import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ApiError } from "#/api/client";
import { draw } from "#/testing";
import { SchemaForm } from "./SchemaForm";
import { MASK, settingsOf } from "./settings";

const SETTINGS = settingsOf({
  port: { type: "number", required: false },
  host: { type: "string", required: true, description: "Where it is." },
  password: { type: "string", required: false, secret: true },
  verify: { type: "boolean", required: false, default: true },
  headers: { type: "object", required: false },
  rate_limit: { type: "object", properties: { rate: { type: "number" }, period: { type: "enum", values: ["second"] } } },
});

it("sends what was filled in, and nothing else", async () => {
  const submit = vi.fn(() => Promise.resolve());
  await draw(<SchemaForm settings={SETTINGS} verb="Save" submit={submit} />);
  const user = userEvent.setup();
  await user.type(screen.getByLabelText(/^Host/), "mx.example.com");
  await user.type(screen.getByLabelText(/^Port/), "25");
  await user.type(screen.getByLabelText("Rate"), "5");
  await user.click(screen.getByLabelText(/^Verify/));
  await user.click(screen.getByRole("button", { name: "Add" }));
  await user.type(screen.getByLabelText("Headers: name"), "X-A");
  await user.type(screen.getByLabelText("Headers: value"), "b");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(submit).toHaveBeenCalledWith({ host: "mx.example.com", port: 25, verify: false, headers: { "X-A": "b" }, rate_limit: { rate: 5 } });
});

it("keeps a secret until it is replaced", async () => {
  const submit = vi.fn(() => Promise.resolve());
  await draw(<SchemaForm settings={SETTINGS} values={{ host: "mx", password: MASK }} verb="Save" submit={submit} />);
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(submit).toHaveBeenLastCalledWith({ host: "mx", password: MASK });
  await user.click(screen.getByRole("button", { name: "Replace" }));
  await user.type(screen.getByLabelText(/^Password/, { selector: "input" }), "new");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(submit).toHaveBeenLastCalledWith({ host: "mx", password: "new" });
  await user.click(screen.getByRole("button", { name: "Keep the one that is there" }));
  await user.click(screen.getByRole("button", { name: "Remove" }));
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(submit).toHaveBeenLastCalledWith({ host: "mx", password: null });
});

it("shows a refusal at the field that it names", async () => {
  const submit = vi.fn(() => Promise.reject(new ApiError("settings.rate_limit.rate: must be a number in its bounds", 400, "x")));
  await draw(<SchemaForm settings={SETTINGS} verb="Save" submit={submit} />);
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("must be a number in its bounds")).toBeTruthy();
  expect(screen.getByLabelText("Rate").getAttribute("aria-invalid")).toBe("true");
  expect(screen.queryByRole("alert")).toBeNull();
});

it("shows any other refusal below", async () => {
  const submit = vi.fn(() => Promise.reject(new ApiError("name: is taken", 409, "x")));
  await draw(<SchemaForm settings={SETTINGS} verb="Save" submit={submit} />);
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  expect((await screen.findByRole("alert")).textContent).toContain("name: is taken");
});
