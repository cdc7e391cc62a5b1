// biome-ignore-all lint/suspicious/noThenProperty: `when … then …` is how a rule reads, and it holds no function.
// What a ruleset document may hold, and how its mistakes are told.
import { describe, expect, test } from "vitest";
import { compile } from "./compile.ts";

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
  const result = compile({ rules: [{ ...RULE, ...rule }] }, "1");
  return result.ok ? [] : result.problems;
}

function alert(fields: Record<string, unknown>, params: Record<string, unknown> = {}) {
  const action = { do: "send_alert", target: "slack", with: { channel: null, text: "x", url: null, ...params } };
  return { then: [{ ...action, ...fields }] };
}

test("rules are tried by priority, equal ones in the order of the document", () => {
  const rules = [
    { ...RULE, id: "c", priority: 1 },
    { ...RULE, id: "a", priority: 2 },
    { ...RULE, id: "b", priority: 2 },
  ];
  const result = compile({ rules }, "1");
  expect(result.ok && result.ruleset.rules.map(({ id }) => id)).toEqual(["a", "b", "c"]);
});

describe("the shape of the document", () => {
  test.each([
    [{ whne: "true" }, "/rules/0/whne", /no such field/],
    [{ id: "Tell The Team" }, "/rules/0/id", /kebab-case/],
    [{ id: "fallback" }, "/rules/0/id", /reserved/],
    [{ cool_down: "soon" }, "/rules/0/cool_down", /a duration like/],
    [{ cool_down: "91d" }, "/rules/0/cool_down", /at most 90 days/],
    [{ approval: { ttl: "0s", on_timeout: "expire" } }, "/rules/0/approval/ttl", /at most 30 days/],
    [alert({ do: "send_mail" }), "/rules/0/then/0/do", /Invalid/],
    [alert({ target: "gmail" }), "/rules/0/then/0/target", /send_alert can't go to gmail/],
    [alert({ compose: "model" }), "/rules/0/then/0/compose", /never/],
    [{ atomic: true }, "/rules/0/atomic", /stop: true/],
    [{ hours: { from: "8", to: "18:00" } }, "/rules/0/hours/from", /in quotes/],
    [{ hours: { from: "08:00", to: "18:00", time_zone: "Mars/Olympus" } }, "/rules/0/hours/time_zone", /./],
    [alert({}, { chanel: "x" }), "/rules/0/then/0/with/chanel", /no such field/],
    [alert({ with: { channel: null } }), "/rules/0/then/0/with/text", /needs this param/],
    [alert({}, { url: "not a url" }), "/rules/0/then/0/with/url", /Invalid URL/],
  ])("%j is refused at %s", (rule, path, message) => {
    const problems = problemsOf(rule);
    expect(problems).toEqual([{ rule: null, path, message: expect.stringMatching(message), position: null }]);
  });

  test("two rules of one name are refused", () => {
    const result = compile({ rules: [RULE, RULE] }, "1");
    expect(result).toMatchObject({ ok: false, problems: [{ path: "/rules/1/id" }] });
  });

  test.each([null, 7, "rules", [], {}])("%j is no ruleset, and nothing throws", (document) => {
    expect(compile(document, "1").ok).toBe(false);
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

  test("a regular expression that is none is found before it runs, wherever it stands", () => {
    expect(problemsOf({ when: 'deal.contacts.exists(c, c.id.matches("(?i)x"))' })).toMatchObject([
      { message: "not a regular expression: (?i)x", position: 37 },
    ]);
    expect(problemsOf({ when: 'deal.name.matches("^x|y$")' })).toEqual([]);
  });

  test("an expression of absurd size is refused and does not hang", () => {
    expect(problemsOf({ when: `${"(".repeat(900)}true${")".repeat(900)}` })).toHaveLength(1);
  });
});

describe("what may be left out", () => {
  test("a rule is an id, a sentence, a condition and an action with what only its author knows", () => {
    const short = { id: "a", for: "It is short.", when: "true", then: [{ do: "send_alert", with: { text: "Hi" } }] };
    expect(compile({ rules: [short] }, "1")).toMatchObject({ ok: true });
  });

  test("a param that is null by default stays checked when it is written", () => {
    expect(problemsOf(alert({}, { to_email: "nobody" }))).toMatchObject([{ path: "/rules/0/then/0/with/to_email" }]);
  });
});

describe("named values", () => {
  const rules = [{ ...RULE, when: "values.limit > 3 && values.pages.exists(page, page == 'x') && !has(values.empty)" }];

  test("are typed, and one that is not named is refused", () => {
    expect(compile({ values: { limit: 5, pages: ["x"], empty: "" }, rules }, "1").ok).toBe(true);
    expect(compile({ values: { limit: 5 }, rules }, "1")).toMatchObject({
      ok: false,
      problems: [{ path: "/rules/0/when", message: "No such key: pages" }],
    });
  });

  test("are not in a condition that is asked again later", () => {
    expect(compile({ values: { limit: 5 }, rules: [{ ...RULE, still_valid: "values.limit > 3" }] }, "1").ok).toBe(
      false,
    );
  });
});
