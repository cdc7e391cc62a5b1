// The functions that rules have, through the language, as a rule calls them.
import { expect, test } from "vitest";
import { contextOf } from "./context.ts";
import { enriched } from "./enriched.fixture.ts";
import { compileExpression } from "./expression.ts";
import { decisionEnvironment } from "./vocabulary.ts";

const environment = decisionEnvironment();

function evaluated(source: string, deal = {}): unknown {
  const compiled = compileExpression(environment, source);
  if (!compiled.ok) throw new Error(compiled.mistake.message);
  const result = compiled.expression.evaluate(contextOf(enriched({ deal }), Date.parse("2026-11-21T00:00:00.000Z")));
  return result.ok ? result.value : result;
}

test.each([
  ["a Friday", "2026-11-20T10:00:00Z", "2026-11-23T09:00:00.000Z"],
  ["a Saturday", "2026-11-21T23:59:59Z", "2026-11-23T09:00:00.000Z"],
  ["a Sunday", "2026-11-22T00:00:00Z", "2026-11-23T09:00:00.000Z"],
  ["early on a Monday", "2026-11-23T07:00:00Z", "2026-11-24T09:00:00.000Z"],
  ["the end of a year", "2026-12-31T12:00:00Z", "2027-01-01T09:00:00.000Z"],
])("the working day after %s", (_, from, due) => {
  expect(evaluated(`next_working_day(timestamp("${from}"))`)).toEqual(new Date(due));
});

test.each([
  ["Dana Reyes", "Hi Dana"],
  ["Reyes, Dana", "Hi Dana"],
  ["Dana", "Hi Dana"],
  ["Dr. Dana Reyes", "Hi Dr. Dana Reyes"],
  ["D Reyes", "Hi D Reyes"],
  ["Zoë", "Hi Zoë"],
  [",", "Hi ,"],
  ["dana@acme.test", "Hello"],
  ["Contact 501", "Hello"],
  [" ", "Hello"],
])("the greeting of %j is %j", (name, greeting) => {
  const contacts = [{ id: "hubspot:501", name, email: null, title: null, opted_out: false }];
  expect(evaluated("greeting(deal.contacts[0])", { contacts })).toBe(greeting);
});

test.each([
  ['date_words("2026-12-04")', "4 December 2026"],
  ['date_words(timestamp("2026-01-31T23:59:59Z"))', "31 January 2026"],
  ["grouped(1234567.891)", "1,234,567.89"],
  ["grouped(-0.5)", "-0.5"],
  ['words("contact.removed_from_deal")', "contact removed from deal"],
  ['take(["a", "b", "c"], 2)', ["a", "b"]],
  ['take(["a"], 0)', []],
  ["now", new Date("2026-11-21T00:00:00.000Z")],
])("%s", (source, value) => {
  expect(evaluated(source)).toEqual(value);
});

test("a date that is none is a failure and not a text", () => {
  expect(evaluated('date_words("soon")')).toMatchObject({ ok: false, reason: expect.stringContaining("not a date") });
});
