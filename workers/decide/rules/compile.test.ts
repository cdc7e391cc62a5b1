// biome-ignore-all lint/suspicious/noThenProperty: `when … then …` is how a rule reads, and it holds no function.
// What a ruleset document may hold, and how its mistakes are told.
import { describe, expect, test } from "vitest";
import { compile, createCompiler } from "./compile.ts";
import { defaultRuleset } from "./default-ruleset.ts";

const RULE = {
  id: "tell-the-team",
  for: "The team hears of it.",
  when: "has(deal.id)",
  then: [{ do: "send_alert", target: "slack", with: { channel: null, text: "{{ deal.name }}", url: null } }],
  approval: "auto",
  priority: 1,
  stop: false,
  cool_down: "0s",
  still_valid: null,
  supersedes: null,
  reason: "It happened.",
};

function problemsOf(rule: Record<string, unknown>) {
  const result = compile({ version: "1", rules: [{ ...RULE, ...rule }], fallback: null });
  return result.ok ? [] : result.problems;
}

function alert(fields: Record<string, unknown>, params: Record<string, unknown> = {}) {
  const action = { do: "send_alert", target: "slack", with: { channel: null, text: "x", url: null, ...params } };
  return { then: [{ ...action, ...fields }] };
}

test("the ruleset that ships compiles", () => {
  expect(compile(defaultRuleset)).toMatchObject({ ok: true });
});

test("rules are tried by priority, equal ones in the order of the document", () => {
  const rules = [
    { ...RULE, id: "c", priority: 1 },
    { ...RULE, id: "a", priority: 2 },
    { ...RULE, id: "b", priority: 2 },
  ];
  const result = compile({ version: "1", rules, fallback: null });
  expect(result.ok && result.ruleset.rules.map(({ id }) => id)).toEqual(["a", "b", "c"]);
});

describe("the shape of the document", () => {
  test.each([
    [{ whne: "true" }, "/rules/0", /whne/],
    [{ id: "Tell The Team" }, "/rules/0/id", /kebab-case/],
    [{ id: "fallback" }, "/rules/0/id", /reserved/],
    [{ cool_down: "soon" }, "/rules/0/cool_down", /a duration like/],
    [{ cool_down: "91d" }, "/rules/0/cool_down", /at most 90 days/],
    [{ approval: { ttl: "0s", on_timeout: "expire" } }, "/rules/0/approval/ttl", /at most 30 days/],
    [alert({ do: "send_mail" }), "/rules/0/then/0/do", /Invalid/],
    [alert({ target: "teams" }), "/rules/0/then/0/target", /send_alert can't go to teams/],
    [alert({}, { chanel: "x" }), "/rules/0/then/0/with/chanel", /no such param/],
    [alert({ with: { channel: null, text: "x" } }), "/rules/0/then/0/with/url", /write null/],
    [alert({}, { url: "not a url" }), "/rules/0/then/0/with/url", /Invalid URL/],
  ])("%j is refused at %s", (rule, path, message) => {
    const problems = problemsOf(rule);
    expect(problems).toEqual([{ rule: null, path, message: expect.stringMatching(message), position: null }]);
  });

  test("two rules of one name are refused", () => {
    const result = compile({ version: "1", rules: [RULE, RULE], fallback: null });
    expect(result).toMatchObject({ ok: false, problems: [{ path: "/rules/1/id" }] });
  });

  test.each([null, 7, "rules", [], {}])("%j is no ruleset, and nothing throws", (document) => {
    expect(compile(document).ok).toBe(false);
  });
});

describe("the expressions in it", () => {
  test("every mistake is reported at once, with rule, path and position", () => {
    const problems = problemsOf({
      when: "deal.days_to_cloze < 3",
      reason: "Due {{ deal.close_dat }}",
      still_valid: "signal.confidence > 0.5",
      supersedes: "{{",
      ...alert({}, { text: "{{ deal.nam }}" }),
    });
    expect(problems.map(({ rule, path, position }) => [rule, path, position])).toEqual([
      ["tell-the-team", "/rules/0/still_valid", 0],
      ["tell-the-team", "/rules/0/when", 5],
      ["tell-the-team", "/rules/0/then/0/with/text", 8],
      ["tell-the-team", "/rules/0/reason", 12],
      ["tell-the-team", "/rules/0/supersedes", 0],
    ]);
  });

  test("a condition must answer a bool, over all of its branches", () => {
    expect(problemsOf({ when: "deal.name" })).toMatchObject([{ message: "answers a string, not a bool" }]);
    expect(problemsOf({ when: "true || deal.nope" })).toMatchObject([{ message: "No such key: nope" }]);
  });

  test("a whole number compares with ints and doubles alike", () => {
    expect(problemsOf({ when: "deal.days_to_close <= 21 && deal.amount > 50000 && deal.days_to_close < 2.5" })).toEqual(
      [],
    );
  });

  test("an expression of absurd size is refused and does not hang", () => {
    expect(problemsOf({ when: `${"(".repeat(900)}true${")".repeat(900)}` })).toHaveLength(1);
  });
});

test("a version is compiled once", () => {
  const compiler = createCompiler();
  expect(compiler({ ...defaultRuleset })).toBe(compiler({ ...defaultRuleset }));
  expect(compiler({ ...defaultRuleset, version: "2" })).toMatchObject({ ok: true, ruleset: { version: "2" } });
});
