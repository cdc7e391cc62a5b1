// The text of a ruleset: where its mistakes are, and that nothing in it can throw.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SHIPPED } from "./default.fixture.ts";
import { compileText, describeProblem, MAX_DOCUMENT_CHARACTERS } from "./parse-document.ts";

function mistakes(text: string): readonly string[] {
  const compiled = compileText(text, "t");
  return compiled.ok ? [] : compiled.problems.map(describeProblem);
}

test("the rule that docs/rules.md begins with can be pasted into the rules that ship", () => {
  const [, example = ""] = /```yaml\n([\s\S]*?)```/.exec(readFileSync("docs/rules.md", "utf8")) ?? [];
  expect(example).toContain("competitor-in-big-deal");
  const rule = example.replace(/^ {3}/gm, "");
  expect(mistakes(SHIPPED.document.replace("\nrules:\n", `\nrules:\n${rule}`))).toEqual([]);
});

const RULE = `rules:
  - id: quiet
    for: It is quiet.
    when: `;

test("the rules that ship compile, and JSON is a form of the same document", () => {
  const compiled = compileText(SHIPPED.document, SHIPPED.version);
  expect(compiled.ok && compiled.ruleset.version).toBe(SHIPPED.version);
  expect(mistakes('{"rules": [{"id": "a", "for": "It is.", "when": "true"}]}')).toEqual([]);
});

describe("a mistake is told with its line and column", () => {
  test.each([
    [`${RULE}deal.nope`, "4:16 quiet /rules/0/when No such key: nope"],
    [`${RULE}"deal.nope"`, "4:17 quiet /rules/0/when No such key: nope"],
    [`${RULE}|\n      has(deal.id) &&\n      deal.nope`, "6:12 quiet /rules/0/when No such key: nope"],
    [`${RULE}"true"\n    reason: Of {{ deal.nam }}`, "5:24 quiet /rules/0/reason No such key: nam"],
    [`${RULE}"true"\n    wehn: x`, "5:5 /rules/0/wehn there is no such field"],
    [`${RULE}"true"\n    cool_down: soon`, /^5:5 \/rules\/0\/cool_down expected a duration/],
    [`${RULE}>-\n      has(deal.id) &&\n      deal.nope`, /^4:11 quiet \/rules\/0\/when No such key: nope/],
  ])("%j", (text, line) => {
    expect(mistakes(text)).toEqual([typeof line === "string" ? line : expect.stringMatching(line)]);
  });

  test("a document that is no YAML is told where it breaks", () => {
    expect(mistakes(`${RULE}"true`)[0]).toMatch(/^\d+:\d+ \/ Missing closing "quote/);
    expect(mistakes("rules: []\nrules: []")[0]).toMatch(/^2:1 \/ Map keys must be unique/);
  });

  test("every mistake is told at once", () => {
    expect(mistakes(`${RULE}deal.a\n  - id: other\n    for: It is.\n    when: deal.b`)).toHaveLength(2);
  });
});

test("a document of absurd size, and one that unfolds to it, is refused and does not hang", () => {
  expect(mistakes(" ".repeat(MAX_DOCUMENT_CHARACTERS + 1))).toHaveLength(1);
  const bomb = Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}]`).join("\n");
  expect(mistakes(`a0: &a0 [x]\n${bomb}`)[0]).toContain("alias");
});

test("whatever the text, the answer is a ruleset or a place in the text", () => {
  const pieces = fc.constantFrom(
    "rules:",
    "\n",
    "  ",
    "- id: a",
    "when: ",
    "true",
    "{{",
    "&x ",
    "*x",
    "|",
    "'",
    ": ",
    "[",
    "~",
  );
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(pieces, { maxLength: 30 }).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const compiled = compileText(text, "t");
      if (compiled.ok) return;
      expect(compiled.problems.length).toBeGreaterThan(0);
      for (const { line, column } of compiled.problems) expect(line >= 1 && column >= 1).toBe(true);
    }),
    { numRuns: 300 },
  );
});
