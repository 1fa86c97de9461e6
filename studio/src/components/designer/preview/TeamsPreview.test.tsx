import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { draw } from "#/testing";
import { TeamsPreview } from "./TeamsPreview";

it("draws columns as wide as the card says", async () => {
  const columns = [30, "120px", "auto", "stretch"].map((width, index) => ({ type: "Column", width, items: [{ type: "TextBlock", text: `column ${index}` }] }));
  await draw(<TeamsPreview card={{ body: [{ type: "ColumnSet", columns }] }} text="" />);
  const row = screen.getByText("column 0").parentElement?.parentElement;
  expect(row?.style.gridTemplateColumns).toBe("minmax(0, 30fr) 120px auto minmax(0, 1fr)");
});
