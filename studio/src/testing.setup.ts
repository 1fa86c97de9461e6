import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

afterEach(cleanup);

// happy-dom lays nothing out: whatever asks how high something is, is told the height of a row.
Object.defineProperty(HTMLElement.prototype, "offsetHeight", { configurable: true, get: () => 44 });
