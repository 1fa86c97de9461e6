import { describe, expect, it } from "vitest";
import { answer, ApiError } from "./client";

describe("answer", () => {
  it("gives what was answered", async () => {
    expect(await answer(Promise.resolve({ data: { a: 1 }, response: new Response("{}") }))).toEqual({ a: 1 });
  });

  it("throws a refusal in the API's own words", async () => {
    const refused = { error: { message: "id: has 100 characters at most", type: "invalid_request_error" } };
    const asked = answer(Promise.resolve({ ...refused, response: new Response("", { status: 400 }) }));
    await expect(asked).rejects.toEqual(new ApiError("id: has 100 characters at most", 400, "invalid_request_error"));
  });

  it("says so when what stands between answers in words of its own", async () => {
    const response = new Response("", { status: 502, statusText: "Bad Gateway" });
    await expect(answer(Promise.resolve({ error: "<html>", response }))).rejects.toThrow("502 Bad Gateway");
  });

  it("says so when nobody answers", async () => {
    await expect(answer(Promise.reject(new TypeError("Failed to fetch")))).rejects.toThrow("Is tidings running?");
  });

  it("leaves alone what was called off", async () => {
    const off = new DOMException("", "AbortError");
    await expect(answer(Promise.reject(off))).rejects.toBe(off);
  });
});
