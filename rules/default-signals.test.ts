// The rules that ship for what a deal's people, dates, pages and topics tell: each fires, and not beside its condition.
import { describe, expect, test } from "vitest";
import type { DealContext, SignalEnriched } from "#contract/signal-enriched.ts";
import { SHIPPED } from "./default.fixture.ts";
import { DANA, enriched } from "./enriched.fixture.ts";
import { evaluateWithFallback } from "./evaluate.ts";
import { compileText } from "./parse-document.ts";
import { buildPlan } from "./plan.ts";

async function planFor(signal: SignalEnriched, document = SHIPPED.document) {
  const compiled = compileText(document, "t");
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const { ruleset } = compiled;
  const evaluation = evaluateWithFallback(ruleset, signal, Date.parse(signal.enriched_at));
  expect(evaluation.failures).toEqual([]);
  return buildPlan(signal, evaluation, { ruleset, approvalTtlSeconds: 14_400, decidedAt: signal.enriched_at });
}
const fired = async (signal: SignalEnriched) => (await planFor(signal)).rules_fired;

const stage = (name: string, day: number) => ({ stage: name, entered_at: `2026-11-${10 + day}T00:00:00.000Z` });
const moved = { event: "deal.stage_changed", property: "dealstage", new_value: "contractsent" };

describe("stage-went-back", () => {
  test("fires when the present stage had been left before", async () => {
    const stage_history = [stage("a", 1), stage("b", 2), stage("a", 3)];
    const plan = await planFor(enriched({ payload: moved, deal: { stage: "a", stage_history } }));
    expect(plan.rules_fired).toEqual(["stage-went-back"]);
    expect(plan.actions).toMatchObject([
      { type: "create_task", params: { importance: "high" }, facts: [{ value: "a" }, { value: "14" }] },
    ]);
  });
  test.each([[[]], [[stage("a", 1)]], [[stage("a", 1), stage("b", 2)]], [[stage("a", 1), stage("a", 2)]]])(
    "does not with %j",
    async (stage_history) => {
      expect(await fired(enriched({ payload: moved, deal: { stage_history } }))).toEqual([]);
    },
  );
});

describe("people of a deal", () => {
  const champion = { ...DANA, role: "Champion" };
  const about = (event: string, deal: Partial<DealContext> = { contacts: [champion] }) =>
    enriched({ signal_type: "stakeholder_change", contact_id: DANA.id, payload: { event }, deal });

  test.each([
    ["contact.removed_from_deal", "champion-left"],
    ["contact.employer_changed", "champion-left"],
    ["contact.title_changed", "champion-changed"],
    ["contact.buying_role_changed", "champion-changed"],
    ["contact.added_to_deal", "new-stakeholder"],
  ])("%s fires %s on an open deal only", async (event, rule) => {
    expect(await fired(about(event))).toEqual([rule]);
    expect(await fired(about(event, { contacts: [champion], is_open: false }))).toEqual([]);
  });

  test("another title of somebody who decides nothing asks for nothing", async () => {
    for (const role of [null, "End user"])
      expect(await fired(about("contact.title_changed", { contacts: [{ ...DANA, role }] }))).toEqual([]);
  });
});

describe("close-date-pushed", () => {
  const pushed = { event: "deal.close_date_changed", property: "closedate" };
  test.each([
    [2, ["close-date-pushed"]],
    [1, []],
    [null, []],
  ])("after %j pushes", async (close_date_pushes, rules) => {
    expect(await fired(enriched({ payload: pushed, deal: { close_date_pushes } }))).toEqual(rules);
  });
});

describe("pricing-page-visited", () => {
  const visit = (url: string, contact_id: string | null = DANA.id, deal: Partial<DealContext> | null = {}) =>
    enriched({ signal_type: "behavioral", source: "track", contact_id, payload: { event: "page.viewed", url }, deal });

  test("fires on a visit by a known contact of an open deal", async () => {
    expect(await fired(visit("https://dealwire.test/pricing?x=1"))).toEqual(["pricing-page-visited"]);
  });
  test("does not for another page, somebody unknown, or without a deal", async () => {
    expect(await fired(visit("https://dealwire.test/blog"))).toEqual([]);
    expect(await fired(visit("https://dealwire.test/pricing", null))).toEqual([]);
    expect(await fired(visit("https://dealwire.test/pricing", DANA.id, null))).toEqual([]);
  });
});

describe("intent surges", () => {
  const surge = (fields: Parameters<typeof enriched>[0]) =>
    enriched({
      signal_type: "intent",
      payload: { event: "intent.surged", topics: ["crm", "cpq"] },
      account: {},
      ...fields,
    });

  test("on an open deal the team hears of the deal", async () => {
    const plan = await planFor(surge({ deal: {} }));
    expect(plan.rules_fired).toEqual(["intent-surge-on-open-deal"]);
    expect(plan.actions[0]).toMatchObject({ params: { text: expect.stringContaining("Topics: crm, cpq") } });
  });
  test("without a deal the team hears of the account", async () => {
    const plan = await planFor(surge({ deal: null, deal_id: null, subject: "hubspot:900" }));
    expect(plan.rules_fired).toEqual(["intent-surge-without-deal"]);
    expect(plan.actions[0]).toMatchObject({ params: { text: expect.stringContaining("Acme"), url: null } });
  });
  test("neither when the deal could not be read, another is open, or nothing is known of the account", async () => {
    const none = { deal: null, deal_id: null };
    const degraded = [{ missing: "deal_context", reason: "HubSpot answers 500" }];
    const other_open_deals = [{ id: "hubspot:2", name: "Other", amount: null }];
    expect(await fired(surge({ ...none, degraded }))).toEqual([]);
    expect(await fired(surge({ ...none, account: { other_open_deals } }))).toEqual([]);
    const { account_context: _, ...signal } = surge(none);
    expect(await fired({ ...signal, account_context: null })).toEqual([]);
  });
});

describe("what comes next", () => {
  const nothing: Partial<DealContext> = { next_step: null, next_activity_at: null, open_tasks: [] };

  test("no-next-step fires when the deal moved and nothing is planned", async () => {
    expect(await fired(enriched({ payload: moved, deal: nothing }))).toEqual(["no-next-step"]);
  });
  test.each<Partial<DealContext>>([
    { next_step: "Call" },
    { next_activity_at: "2026-11-24T09:00:00.000Z" },
    { open_tasks: [{ id: "hubspot:1", subject: "Call", due_at: null }] },
    { is_open: false, is_won: true },
  ])("no-next-step does not with %j", async (deal) => {
    expect(await fired(enriched({ payload: moved, deal: { ...nothing, ...deal } }))).not.toContain("no-next-step");
  });
  test("no-next-step does not when what is planned could not be read", async () => {
    const degraded = [{ missing: "deal_context.open_tasks", reason: "HubSpot answers 500" }];
    expect(await fired(enriched({ payload: moved, deal: nothing, degraded }))).toEqual([]);
  });

  test.each([
    ["2026-11-16T10:00:00.000Z", 4, ["meeting-without-follow-up"]],
    ["2026-11-19T10:00:00.000Z", 1, []],
    ["2026-11-05T10:00:00.000Z", 9, []],
    ["2026-11-14T10:00:00.000Z", 1, []],
  ])("a meeting at %s with activity %j days ago fires %j", async (last_meeting_at, last_activity_days_ago, rules) => {
    expect(await fired(enriched({ deal: { ...nothing, last_meeting_at, last_activity_days_ago } }))).toEqual(rules);
  });
});

describe("nurture-after-loss", () => {
  const lost = enriched({ payload: moved, deal: { is_open: false, is_won: false } });
  const document = SHIPPED.document.replace('nurture_sequence: ""', "nurture_sequence: seq-7");

  test("enrols the contact once somebody agrees, when a sequence is named", async () => {
    const plan = await planFor(lost, document);
    expect(plan.rules_fired).toEqual(["nurture-after-loss", "deal-lost"]);
    expect(plan.actions[0]).toMatchObject({
      type: "enroll_sequence",
      target: "hubspot",
      params: { sequence_id: "seq-7", contact_id: DANA.id, sender: "sam@dealwire.test" },
      approval: { on_timeout: "expire" },
    });
  });
  test("does nothing as shipped, and never for somebody who opted out", async () => {
    expect(await fired(lost)).toEqual(["deal-lost"]);
    const silent = enriched({ payload: moved, deal: { is_open: false, contacts: [{ ...DANA, opted_out: true }] } });
    expect((await planFor(silent, document)).rules_fired).toEqual(["deal-lost"]);
  });
});

test("a Salesforce deal's task is in Salesforce", async () => {
  const signal = enriched({ deal: { id: "salesforce:006", competitors_mentioned: ["Zeta"] } });
  expect((await planFor(signal)).actions).toMatchObject([{ type: "create_task", target: "salesforce" }]);
});
