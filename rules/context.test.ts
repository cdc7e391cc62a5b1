// What expressions see of a signal: known things typed, unknown things absent, lists always there.
import { expect, test } from "vitest";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import { contextOf } from "./context.ts";
import { enriched } from "./enriched.fixture.ts";
import { compileExpression } from "./expression.ts";
import { decisionEnvironment, validityEnvironment } from "./vocabulary.ts";

const environment = decisionEnvironment();

function holds(source: string, signal: SignalEnriched = enriched()): unknown {
  const compiled = compileExpression(environment, source);
  if (!compiled.ok) throw new Error(compiled.mistake.message);
  const result = compiled.expression.evaluate(contextOf(signal, Date.parse("2026-11-21T00:00:00.000Z")));
  return result.ok ? result.value : result;
}

test.each([
  "has(deal.id) && has(deal.amount) && deal.amount > 12000 && deal.amount == 12500.0",
  "deal.days_to_close <= 21 && deal.days_to_close == 14",
  "!has(account.id) && !has(account.name) && account.recent_signals == []",
  "has(deal.owner.email) && deal.owner.email == 'sam@dealwire.test'",
  "deal.?amount.orValue(0.0) == 12500.0 && account.?employee_count.orValue(0) == 0",
  "signal.payload.competitors == [] && !has(signal.payload.text)",
  "now - signal.fired_at < duration('24h') && signal.fired_at < now",
])("of the fixture: %s", (source) => {
  expect(holds(source)).toBe(true);
});

test("without a deal its fields are absent and its lists are empty", () => {
  expect(
    holds("!has(deal.id) && deal.contacts == [] && size(mailable(deal.contacts)) == 0", enriched({ deal: null })),
  ).toBe(true);
  expect(holds("deal.is_open", enriched({ deal: null }))).toMatchObject({ ok: false });
});

test("null, blank and malformed are absent", () => {
  const deal = {
    name: " ",
    amount: null,
    url: "javascript:alert(1)",
    owner: { id: "hubspot:1", name: "", email: "x", time_zone: null, manager: null },
  };
  const absent =
    "!has(deal.name) && !has(deal.amount) && !has(deal.url) && !has(deal.owner.name) && !has(deal.owner.email)";
  expect(holds(absent, enriched({ deal }))).toBe(true);
});

test("a value that the source hid is absent", () => {
  const hidden = { sensitive: true, old_value: "REDACTED", new_value: "REDACTED" };
  expect(holds("!has(signal.payload.new_value) && !has(signal.payload.old_value)", enriched({ payload: hidden }))).toBe(
    true,
  );
});

test("facts keep their kinds, and one that is null is absent", () => {
  const facts = { seats: 5, plan: " pro\n", trial: false, gone: null };
  const source =
    "signal.payload.facts.seats > 4 && signal.payload.facts.plan == 'pro' && signal.payload.facts.trial == false && !has(signal.payload.facts.gone)";
  expect(holds(source, enriched({ payload: { facts } }))).toBe(true);
});

test("a fact named like something of the language is a fact like any other", () => {
  const facts = JSON.parse('{"__proto__": "x", "constructor": "y"}');
  expect(holds("signal.payload.facts.constructor == 'y'", enriched({ payload: { facts } }))).toBe(true);
});

test("what could not be fetched can be asked for", () => {
  const degraded = [{ missing: "deal_context.open_tasks", reason: "down" }];
  expect(holds("'deal_context.open_tasks' in signal.degraded", enriched({ degraded }))).toBe(true);
});

test("a condition that is asked again later sees the deal and the time only", () => {
  const later = validityEnvironment();
  expect(compileExpression(later, "deal.is_open && now > timestamp('2026-01-01T00:00:00Z')").ok).toBe(true);
  expect(compileExpression(later, "signal.confidence > 0.5")).toMatchObject({ ok: false });
});
