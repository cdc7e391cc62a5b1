// biome-ignore-all lint/suspicious/noThenProperty: `when … then …` is how a rule reads, and it holds no function.
// From rules that fired to a plan: order, stop, conflicts, failures, identity, and what no input may break.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentHash } from "#contract/content-hash.ts";
import { PRIORITIES } from "#contract/envelope.ts";
import { PlanDecided } from "#contract/plan-decided.ts";
import { SignalEnriched } from "#contract/signal-enriched.ts";
import { SignalType } from "#contract/signal-received.ts";
import { type CompiledRuleset, compile } from "./compile.ts";
import { SHIPPED } from "./default.fixture.ts";
import { DANA, enriched } from "./enriched.fixture.ts";
import { evaluateWithFallback } from "./evaluate.ts";
import { compileText } from "./parse-document.ts";
import { buildPlan } from "./plan.ts";

type Rule = Record<string, unknown>;
const NOW = Date.parse("2026-11-20T10:00:03.000Z");

function rule(id: string, fields: Partial<Rule> = {}): Rule {
  return {
    id,
    for: `What ${id} is for.`,
    when: "true",
    then: [],
    approval: "auto",
    priority: 0,
    stop: false,
    cool_down: "0s",
    still_valid: null,
    supersedes: null,
    reason: `${id} applies.`,
    ...fields,
  };
}

const alert = (text: string): Rule => ({
  do: "send_alert",
  target: "slack",
  with: { channel: null, text, url: null },
});
const mail = (to: string): Rule => ({
  do: "draft_followup",
  target: "gmail",
  with: { from: "sam@dealwire.test", to: [{ email: to, name: null }], subject: "x", body: "y", thread_id: null },
});

async function decided(rules: Rule[], signal = enriched(), rest: Record<string, unknown> = {}) {
  const compiled = compile({ rules, ...rest }, "t");
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return planOf(compiled.ruleset, signal);
}

async function planOf(ruleset: CompiledRuleset, signal: SignalEnriched) {
  const evaluation = evaluateWithFallback(ruleset, signal, NOW);
  const settings = { ruleset, approvalTtlSeconds: 14_400, decidedAt: new Date(NOW).toISOString() };
  return { evaluation, plan: await buildPlan(signal, evaluation, settings) };
}

describe("order", () => {
  test("a rule that stops keeps lower ones from being tried, and only when it fires", async () => {
    const low = rule("low", { priority: 1 });
    const stop = rule("stop", { priority: 2, stop: true });
    expect((await decided([low, stop])).evaluation.tried).toEqual(["stop"]);
    expect((await decided([low, { ...stop, when: "false" }])).evaluation.tried).toEqual(["stop", "low"]);
  });

  test("of two rules that want the same of the same thing the higher is followed, and the plan says so", async () => {
    const low = rule("low", { priority: 1, then: [alert("low")] });
    const high = rule("high", { priority: 2, then: [alert("one"), alert("two")] });
    const { plan } = await decided([low, high]);
    expect(plan.actions.map(({ rule_id }) => rule_id)).toEqual(["high", "high"]);
    expect(new Set(plan.actions.map(({ action_id }) => action_id)).size).toBe(2);
    expect(plan.rules_fired).toEqual(["high", "low"]);
    expect(plan.conflicts).toEqual([
      { rule_id: "low", type: "send_alert", about: "the default channel", lost_to: "high" },
    ]);
    expect(plan.rationale).toContain("low also asked for send_alert; high comes first and is followed.");
  });

  test("a plan holds twenty actions and says what it left out", async () => {
    const many = Array.from({ length: 21 }, (_, n) => rule(`r${n}`, { then: [mail(`p${n}@acme.test`)] }));
    const { plan } = await decided(many);
    expect(plan.actions).toHaveLength(20);
    expect(plan.rationale).toContain("r20: draft_followup was left out");
  });
});

test("an action tells what happened around the deal before, of each kind the newest, five at most", async () => {
  const seen = (event: string, day: number) => ({
    signal_id: "sig_aaaaaaaaaaaaaaaaaaaaaaaaaa",
    event,
    fired_at: `2026-11-${day}T10:00:00.000Z`,
  });
  const kinds = ["a.b", "c.d", "e.f", "g.h", "i.j", "k.l"].map((event, at) => seen(event, 18 - at));
  const recent_signals = [seen("page.viewed", 19), seen("page.viewed", 18), ...kinds];
  const { plan } = await decided([rule("one", { then: [alert("x")] })], enriched({ account: { recent_signals } }));
  expect(plan.actions[0]?.recent_signals).toEqual([seen("page.viewed", 19), ...kinds.slice(0, 4)]);
  const { plan: silent } = await decided([rule("one", { then: [alert("x")] })]);
  expect(silent.actions[0]?.recent_signals).toBeUndefined();
});

describe("failure", () => {
  test("a rule that fails is skipped and named, and the others go on", async () => {
    const broken = rule("broken", { priority: 9, when: "account.employee_count > 5" });
    const { plan, evaluation } = await decided([broken, rule("fine", { then: [alert("x")] })]);
    expect(plan.rules_fired).toEqual(["fine"]);
    expect(evaluation.failures).toEqual([
      { rule_id: "broken", reason: 'when: No such key: employee_count in "account.employee_count > 5"' },
    ]);
    expect(plan.rationale).toContain("broken was skipped");
  });

  test("an action that fails is left out, with its path, and the rule's others stand", async () => {
    const half = rule("half", { then: [alert("of {{ account.name }}"), alert("fine")] });
    const { plan, evaluation } = await decided([half]);
    expect(plan.actions).toMatchObject([{ params: { text: "fine" } }]);
    expect(evaluation.failures[0]?.reason).toMatch(/^then\/0\/with\/text: No such key: name/);
  });

  test("which actions of a rule fail does not change the identity of the others", async () => {
    const both = await decided([rule("r", { then: [alert("a {{ deal.name }}"), alert("b")] })]);
    const one = await decided([rule("r", { then: [alert("a {{ account.name }}"), alert("b")] })]);
    expect(one.plan.actions[0]?.action_id).toBe(both.plan.actions[1]?.action_id);
  });

  test("params that the contract refuses never leave", async () => {
    const { plan, evaluation } = await decided([rule("r", { then: [mail("{{ deal.name }}")] })]);
    expect(plan.actions).toEqual([]);
    expect(evaluation.failures[0]?.reason).toContain("/params/to/0/email: Invalid email");
  });

  test("nobody who opted out is mailed, whatever a rule says", async () => {
    const signal = enriched({ deal: { contacts: [{ ...DANA, opted_out: true }] } });
    const { plan, evaluation } = await decided([rule("r", { then: [mail("Dana@Acme.test")] })], signal);
    expect(plan.actions).toEqual([]);
    expect(evaluation.failures[0]?.reason).toContain("opted out");
  });

  test("a reason that can't be told gives way to what the rule is for", async () => {
    const { plan } = await decided([rule("r", { reason: "{{ account.name }}!", then: [alert("x")] })]);
    expect(plan.actions[0]?.reason).toBe("What r is for.");
  });
});

describe("the fallback", () => {
  const { id: _id, priority: _priority, stop: _stop, ...fallback } = rule("x", { then: [alert("look")] });

  test("is tried when no rule fired, and when all that was asked for failed", async () => {
    const failing = rule("r", { then: [alert("{{ account.name }}!")] });
    for (const rules of [[], [failing]]) {
      const { plan } = await decided(rules, enriched(), { fallback });
      expect(plan).toMatchObject({ decided_by: "fallback", actions: [{ rule_id: "fallback" }] });
    }
  });

  test("is not tried when a rule fired in order to ask for nothing", async () => {
    const { plan, evaluation } = await decided([rule("quiet")], enriched(), { fallback });
    expect(plan).toMatchObject({ decided_by: "rules", actions: [] });
    expect(evaluation.tried).toEqual(["quiet"]);
  });
});

const nasty = fc.oneof(
  fc.string({ unit: "binary", maxLength: 500 }),
  fc.constantFrom(
    "{{ deal.owner.email }}",
    "a\r\nBcc: x@evil.test",
    "\u0000\u2028\u202e",
    "\ud800",
    "x".repeat(500),
    "}}",
  ),
);
const text = (maxLength: number) => nasty.map((value) => value.slice(0, maxLength));
const nullable = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const address = fc.oneof(fc.constantFrom("dana@acme.test", "kim@acme.test"), text(320));
const instant = fc.constantFrom("2026-11-16T10:00:00.000Z", "2026-11-01T00:00:00.000Z", "2026-12-01T00:00:00.000Z");
const person = fc.record({
  id: fc.constant("hubspot:7"),
  name: text(300),
  email: nullable(address),
  time_zone: nullable(text(64)),
  manager: fc.constant(null),
});
const contact = fc.record({
  id: fc.constant("hubspot:8"),
  name: text(300),
  email: nullable(address),
  title: nullable(text(300)),
  opted_out: fc.boolean(),
  role: nullable(fc.oneof(fc.constant("Champion"), text(200))),
});
const days = nullable(fc.integer({ min: -30, max: 40 }));
const deal = fc.record({
  name: text(500),
  url: nullable(text(2_000)),
  amount: nullable(fc.double({ noNaN: true, noDefaultInfinity: true })),
  owner: nullable(person),
  is_open: fc.boolean(),
  is_won: fc.boolean(),
  last_activity_days_ago: days,
  days_to_close: days,
  close_date: nullable(fc.constant("2026-12-04")),
  open_tasks: fc.array(fc.record({ id: fc.constant("hubspot:9"), subject: text(500), due_at: fc.constant(null) })),
  competitors_mentioned: fc.array(text(200), { maxLength: 100 }),
  contacts: fc.array(contact, { maxLength: 30 }),
  stage_history: fc.array(fc.record({ stage: fc.constantFrom("a", "b"), entered_at: instant }), { maxLength: 5 }),
  close_date_pushes: nullable(fc.nat(9)),
  next_step: nullable(text(1_000)),
  next_activity_at: nullable(instant),
  last_meeting_at: nullable(instant),
});
const signals = fc.record({
  urgency: fc.constantFrom(...PRIORITIES),
  signal_type: fc.constantFrom(...SignalType.options),
  payload: fc.record({
    event: fc.constantFrom(
      "deal.stage_changed",
      "deal.close_date_changed",
      "deal.property_changed",
      "call.completed",
      "contact.added_to_deal",
      "contact.title_changed",
      "contact.removed_from_deal",
      "intent.surged",
      "page.viewed",
    ),
    url: fc.oneof(fc.constant("https://dealwire.test/pricing"), text(2_000)),
    topics: fc.array(text(200), { maxLength: 10 }),
    new_value: nullable(fc.oneof(fc.constantFrom("closedwon", "closedlost"), text(1_000))),
    competitors: fc.array(text(200), { maxLength: 100 }),
    sensitive: fc.boolean(),
  }),
  deal: nullable(deal),
});

test("whatever a signal holds, the plan is sound, the same twice, and holds no header break and no template's value", async () => {
  const shipped = compileText(SHIPPED.document, SHIPPED.version);
  if (!shipped.ok) throw new Error("the rules that ship do not compile");
  await fc.assert(
    fc.asyncProperty(signals, async (overrides) => {
      const signal = SignalEnriched.parse(enriched(overrides));
      const { plan, evaluation } = await planOf(shipped.ruleset, signal);
      expect(PlanDecided.parse(plan)).toEqual(plan);
      expect((await planOf(shipped.ruleset, structuredClone(signal))).plan).toEqual(plan);
      // A text that would have to name the deal or its date without knowing it does not go out.
      for (const { reason } of evaluation.failures) expect(reason).toMatch(/No such key: (name|close_date)/);
      for (const action of plan.actions) {
        expect(action.content_hash).toBe(await contentHash(action));
        if (action.type !== "draft_followup" && action.type !== "create_task") continue;
        expect(action.params.subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(action.params.subject.isWellFormed()).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
}, 30_000);
