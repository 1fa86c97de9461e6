import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { blockOf, opening, own, share, speaksFrom, stateOf, turnOff, turnOn } from "./channels";
import { briefly, conditionText, expressionOf, readCondition, readValue, writeGroups, writeValue } from "./conditions";
import { CORPUS } from "./corpus";
import { diff } from "./diff";
import { advance, begin, redo, undo } from "./history";
import { readSaid, writeSaid } from "./inline/said";
import { dropLocale, localesOf, sayIn, sentencesOf } from "./locales";
import type { Document, Node } from "./node";
import { labelOfTag, namesIn, pathOfTag, piecesOf } from "./tags";
import { findVariables, nearest, WELL_KNOWN } from "./variables";
import { walk } from "./walk";

// What the server's own tests draw.
const GOLDEN = JSON.parse(readFileSync("../tests/golden/order.json", "utf8")) as Document;
const ALL = [...CORPUS, GOLDEN];

describe("Elemental, opened and closed again", () => {
  it("is what it was, word for word", () => {
    for (const one of ALL) {
      for (const [node] of walk(one)) {
        const words = readSaid(node);
        if (words) expect(writeSaid(node, words, { structured: true })).toEqual({});
      }
    }
  });

  it("is what it was after a channel was turned off and on, and after a language came and went", () => {
    for (const one of ALL) {
      for (const place of ["default", "email", "slack"]) {
        if (blockOf(one, place)) expect(turnOn(turnOff(one, place), place)).toEqual(one);
      }
      expect(dropLocale(sentencesOf(one).reduce((at, { path, field }) => sayIn(at, path, "xx", { [field]: "said" }), one), "xx")).toEqual(one);
    }
  });
});

describe("channels", () => {
  const shared: Document = { version: "2022-01-01", elements: [{ type: "channel", channel: "default", elements: [{ type: "text", content: "a" }] }] };

  it("begin with the first that says something", () => {
    expect(opening(shared)).toBe("default");
    expect(opening({ ...shared, elements: [{ type: "channel", channel: "sms", elements: [{ type: "text", content: "a" }] }] })).toBe("sms");
  });

  it("share words, have their own, or are off", () => {
    expect(stateOf(shared, "sms")).toBe("shared");
    const owned = own(shared, "sms");
    expect(stateOf(owned, "sms")).toBe("own");
    expect(owned.elements[1]).toEqual({ type: "channel", channel: "sms", elements: [{ type: "text", content: "a" }] });
    expect(share(owned, "sms")).toEqual(shared);
    const off = turnOff(shared, "sms");
    expect(stateOf(off, "sms")).toBe("off");
    expect(turnOn(off, "sms")).toEqual(shared);
  });

  it("keep their own condition while they are off", () => {
    const one: Document = { version: "2022-01-01", elements: [{ type: "channel", channel: "sms", elements: [{ type: "text", content: "a" }], if: "data.x == 1" }] };
    expect(stateOf(turnOff(one, "sms"), "sms")).toBe("off");
    expect(turnOn(turnOff(one, "sms"), "sms")).toEqual(one);
    expect(stateOf(one, "email")).toBe("off");
  });

  it("put content without blocks into the shared block first", () => {
    const bare: Document = { version: "2022-01-01", elements: [{ type: "text", content: "a" }] };
    expect(own(bare, "push").elements.map((node) => node.channel)).toEqual(["default", "push"]);
    expect(speaksFrom(own(shared, "direct_message"), "slack")?.node.channel).toBe("direct_message");
  });
});

describe("history", () => {
  it("goes back and forth, and typing on is one step", () => {
    let history = advance(begin("a"), "ab", "title", 1000);
    history = advance(history, "abc", "title", 1500);
    history = advance(history, "x", "other", 1600);
    expect(undo(history).present).toBe("abc");
    expect(undo(undo(history)).present).toBe("a");
    expect(redo(undo(undo(history))).present).toBe("abc");
    expect(advance(undo(history), "new", "", 2000).future).toEqual([]);
    expect(undo(begin("a")).present).toBe("a");
  });
});

describe("conditions", () => {
  it.each([
    ["data.member == true", "data.member is true"],
    ["data.plan === 'pro' && profile.age >= 18", 'data.plan is "pro" and profile.age is at least 18'],
    ["{{plan}} != 'free' || data.trial == false", 'plan is not "free" or data.trial is false'],
  ])("are read from the expression %j", (expression, told) => {
    expect(readCondition(expression)).toHaveProperty("groups");
    expect(conditionText(expression)).toBe(told);
  });

  it.each(["!data.x", "(data.a == 1 || data.b == 2) && data.c == 3", "data.list", "data.a == data.b"])("stay expressions where rows cannot say them: %j", (expression) => {
    expect(readCondition(expression)).toEqual({ expression });
  });

  it("come back as they were written", () => {
    const said = [{ conditions: [{ property: "data.plan", operator: "equals", value: "pro" }, { property: "data.x", operator: "is_empty" }], logical_operator: "or" }];
    const read = readCondition(said);
    expect(read && "groups" in read && writeGroups(read.groups)).toEqual(said);
    expect(writeGroups([])).toBeUndefined();
  });

  it.each(["data.a == 'x'", "data.a > 1 && data.b != true", "data.a == 1 || data.b <= 2", "data.a == \"it's\" && data.b == 2 || data.c == null"])("are written as the expression that they were read from: %j", (expression) => {
    const read = readCondition(expression);
    expect(read && "groups" in read && expressionOf(read.groups)).toBe(expression);
  });

  it.each([
    [{ property: "data.a", operator: "contains", value: "x" }],
    [{ property: "data.a", operator: "is_empty" }],
    [{ property: "data.", operator: "equals", value: "" }],
    [{ property: "data.a", operator: "equals", value: "'\"" }],
  ])("stay rows where expressions cannot say them: %j", (...conditions) => {
    const said = [{ conditions, logical_operator: "and" }];
    expect(briefly(said)).toEqual(said);
  });

  it.each(["pro", "true", "007", "7", "", "null", '"quoted"'])("keep the text %j as text", (value) => {
    expect(readValue(writeValue(value))).toBe(value);
  });
});

describe("tags", () => {
  it("are found where the server finds them", () => {
    expect(piecesOf("Hi {{name}}, {first} {not one} \\{{no}} {{{raw}}} {{add 1 '}}'}}")).toEqual([
      { text: "Hi " },
      { tag: "{{name}}" },
      { text: ", " },
      { tag: "{first}" },
      { text: " {not one} \\{{no}} " },
      { tag: "{{{raw}}}" },
      { text: " " },
      { tag: "{{add 1 '}}'}}" },
    ]);
    expect([pathOfTag("{{order.id}}"), pathOfTag("{ $.item[0].x }"), pathOfTag("{{else}}"), pathOfTag("{{add a b}}")]).toEqual(["order.id", "$.item[0].x", undefined, undefined]);
    expect(labelOfTag("{{#if a}}")).toBe("#if a");
    expect(namesIn("{{formatCurrency order.total 'EUR'}} and {plan}")).toEqual(["formatCurrency", "order.total", "plan"]);
  });
});

describe("variables", () => {
  const variables = [...WELL_KNOWN, { path: "order.total", from: "Order Completed" }];

  it("are found by how they begin, by a step, by letters", () => {
    expect(findVariables(variables, "order")[0]?.path).toBe("order.total");
    expect(findVariables(variables, "tot")[0]?.path).toBe("order.total");
    expect(findVariables(variables, "prfmail")[0]?.path).toBe("profile.email");
    expect(findVariables(variables, "zzz")).toEqual([]);
    expect(findVariables(variables, "index")).toEqual([]);
    expect(findVariables(variables, "$")[0]?.path).toBe("$.index");
  });

  it("are guessed from a slip", () => {
    expect(nearest("order.totl", variables)).toBe("order.total");
    expect(nearest("something.else", variables)).toBeUndefined();
  });
});

describe("a diff", () => {
  const text = (content: string): Node => ({ type: "text", content });
  it("tells blocks that came, went and changed", () => {
    const kinds = (before: Node[], after: Node[]) => diff(before, after).map((each) => each.kind);
    expect(kinds([text("a"), text("b")], [text("a"), text("b")])).toEqual(["same", "same"]);
    expect(kinds([text("a"), text("b"), text("c")], [text("a"), text("B"), text("c"), { type: "divider" }])).toEqual(["same", "changed", "same", "added"]);
    expect(kinds([text("a"), { type: "divider" }], [text("a")])).toEqual(["same", "removed"]);
  });
});

describe("languages", () => {
  it("are those that any block speaks, and what to translate is what is said", () => {
    expect(ALL.flatMap((one) => localesOf(one).slice(0, 1))).toEqual(["fr", "fr", "fr"]);
    expect(sentencesOf(GOLDEN).filter((each) => each.field === "title")).toHaveLength(1);
  });
});
