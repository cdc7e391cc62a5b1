// The rules that ship, each given/when/then: it fires, and it does not fire on the other side of each boundary.
import { describe, expect, test } from "vitest";
import type { Action } from "#contract/action.ts";
import type { PlanDecided } from "#contract/plan-decided.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import { deriveId } from "#runtime/digest.ts";
import { SHIPPED } from "./default.fixture.ts";
import { DANA, enriched } from "./enriched.fixture.ts";
import { evaluateWithFallback } from "./evaluate.ts";
import { compileText } from "./parse-document.ts";
import { buildPlan } from "./plan.ts";

const NOW = Date.parse("2026-11-20T10:00:03.000Z");

async function planFor(signal: SignalEnriched): Promise<PlanDecided> {
  const compiled = compileText(SHIPPED.document, SHIPPED.version);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const evaluation = evaluateWithFallback(compiled.ruleset, signal, NOW);
  expect(evaluation.failures).toEqual([]);
  const settings = { ruleset: compiled.ruleset, approvalTtlSeconds: 14_400, decidedAt: new Date(NOW).toISOString() };
  return buildPlan(signal, evaluation, settings);
}

async function onlyAction(signal: SignalEnriched): Promise<Action> {
  const { actions } = await planFor(signal);
  const [action] = actions;
  if (action === undefined || actions.length > 1) throw new Error(`expected one action, got ${actions.length}`);
  return action;
}

test("a changed document has a new version (this is the digest of the present one)", async () => {
  expect([SHIPPED.version, await deriveId("rules", [SHIPPED.document])]).toEqual([
    "default-3",
    "rules_fvhvakvxwldnt5ujsxpv77j5qn",
  ]);
});

test("a small change on a healthy deal asks for nothing", async () => {
  expect(await planFor(enriched())).toMatchObject({ actions: [], rules_fired: [], supersedes: null });
});

test("a signal of which no deal is known asks for nothing", async () => {
  const signal = enriched({ deal: null, deal_id: null, urgency: "immediate", payload: { competitors: ["Zeta"] } });
  expect(await planFor(signal)).toMatchObject({ actions: [], rules_fired: [] });
});

describe("idle-near-close", () => {
  const idle = { last_activity_days_ago: 12, days_to_close: 14 };

  test("drafts a follow-up from the owner to the contact, to be approved and sent when nobody says no", async () => {
    const action = await onlyAction(enriched({ urgency: "immediate", deal: idle }));
    expect(action).toMatchObject({
      type: "draft_followup",
      target: "gmail",
      rule_id: "idle-near-close",
      priority: "immediate",
      owner: { email: "sam@dealwire.test" },
      approval: { ttl_seconds: 14_400, on_timeout: "execute", escalate_before_seconds: 0 },
      facts: [
        { label: "Days to close", value: "14" },
        { label: "Days without activity", value: "12" },
        { label: "Amount", value: "12,500" },
      ],
      cool_down_seconds: 259_200,
      reason: "The deal is due in 14 days and nothing has happened for 12.",
      params: {
        from: "sam@dealwire.test",
        to: [{ email: "dana@acme.test", name: "Dana Reyes" }],
        subject: "Next steps on Acme renewal",
        thread_id: "latest",
      },
    });
    expect(action.idempotency_key).toBe(action.action_id);
    expect(action.type === "draft_followup" && action.params.body).toBe(`Hi Dana,

I am writing about Acme renewal. The date I have noted for a decision is 4 December 2026.

Is that still right for you, and is there anything you need from me before then? If it helps, I am glad to find a time for a short call.

Best regards
Sam Rep`);
  });

  test.each([{ days_to_close: 0 }, { days_to_close: 21 }, { last_activity_days_ago: 11 }])(
    "fires at the boundary %j",
    async (deal) => {
      expect((await planFor(enriched({ deal: { ...idle, ...deal } }))).rules_fired).toEqual(["idle-near-close"]);
    },
  );

  test.each([
    { days_to_close: -1 },
    { days_to_close: 22 },
    { days_to_close: null, close_date: null },
    { last_activity_days_ago: 10 },
    { last_activity_days_ago: null },
    { is_open: false },
    { contacts: [] },
    { contacts: [{ ...DANA, opted_out: true }] },
    { contacts: [{ ...DANA, email: null }] },
    { contacts: [{ ...DANA, email: "not an address" }] },
    { owner: null },
    { owner: { id: "hubspot:77", name: "Sam Rep", email: null, time_zone: null, manager: null } },
  ])("does not fire with %j", async (deal) => {
    expect((await planFor(enriched({ deal: { ...idle, ...deal } }))).rules_fired).toEqual([]);
  });

  test("does not fire on a call that just ended, which is activity", async () => {
    const signal = enriched({ signal_type: "call_complete", payload: { event: "call.completed" }, deal: idle });
    expect((await planFor(signal)).rules_fired).not.toContain("idle-near-close");
  });

  test("passes over contacts who opted out, and their address on another record", async () => {
    const optedOut = { ...DANA, opted_out: true };
    const twin = { ...DANA, id: "hubspot:502", email: "DANA@acme.test" };
    const kim = { ...DANA, id: "hubspot:503", name: "kim@acme.test", email: "kim@acme.test" };
    const action = await onlyAction(enriched({ deal: { ...idle, contacts: [optedOut, twin, kim] } }));
    expect(action).toMatchObject({ params: { to: [{ email: "kim@acme.test" }] } });
    expect(action.type === "draft_followup" && action.params.body.startsWith("Hello,")).toBe(true);
  });
});

describe("competitor-mentioned", () => {
  const competitors = ["Zeta", "Yotta"];
  const call = { signal_type: "call_complete" as const, payload: { event: "call.completed", competitors } };

  test("creates a task for the owner, due at nine on the next working day", async () => {
    expect(await onlyAction(enriched(call))).toMatchObject({
      type: "create_task",
      target: "hubspot",
      rule_id: "competitor-mentioned",
      approval: "auto",
      cool_down_seconds: 86_400,
      params: {
        subject: "Competitor mentioned: Zeta, Yotta — Acme renewal",
        due_at: "2026-11-23T09:00:00.000Z",
        owner_id: "hubspot:77",
        importance: "high",
        kind: "call",
        deal_id: "hubspot:332507367156",
        contact_ids: ["hubspot:501"],
        account_id: "hubspot:900",
      },
    });
  });

  test("names only the competitors that no open task mentions, once, whatever the case", async () => {
    const deal = {
      open_tasks: [{ id: "hubspot:1", subject: "Prepare for ZETA", due_at: null }],
      competitors_mentioned: ["yotta"],
    };
    const action = await onlyAction(enriched({ ...call, deal }));
    expect(action).toMatchObject({ params: { subject: "Competitor mentioned: yotta — Acme renewal" } });
  });

  test("does not fire when every competitor has its task, or the deal is closed", async () => {
    const task = { id: "hubspot:1", subject: "zeta and yotta", due_at: null };
    for (const deal of [{ open_tasks: [task] }, { is_open: false }])
      expect((await planFor(enriched({ ...call, deal }))).rules_fired).toEqual([]);
  });

  test("leaves owner and account empty when they are not known", async () => {
    const action = await onlyAction(enriched({ ...call, account_id: null, deal: { owner: null } }));
    expect(action).toMatchObject({ owner: null, params: { owner_id: null, account_id: null } });
  });
});

describe("contacted-meanwhile", () => {
  test("ends the mails and enrolments that wait, and nothing else", async () => {
    const payload = { event: "deal.property_changed", property: "notes_last_contacted", new_value: "1795260000000" };
    expect(await planFor(enriched({ payload, deal: null }))).toMatchObject({
      rules_fired: ["contacted-meanwhile"],
      supersedes: "somebody was in touch with the customer meanwhile",
      supersedes_only: ["draft_followup", "enroll_sequence"],
      actions: [],
    });
    const other = { event: "deal.property_changed", property: "description", new_value: "x" };
    expect((await planFor(enriched({ payload: other }))).supersedes).toBeNull();
  });
});

describe("deal-won and deal-lost", () => {
  const moved = { event: "deal.stage_changed", property: "dealstage", new_value: "1234567" };

  test("a deal that was won alerts the team, is handed over, and makes earlier open actions moot", async () => {
    const plan = await planFor(enriched({ payload: moved, deal: { is_open: false, is_won: true } }));
    expect(plan).toMatchObject({
      rules_fired: ["deal-won"],
      supersedes: "the deal was closed as won",
      actions: [
        {
          type: "send_alert",
          target: "slack",
          approval: "auto",
          params: {
            channel: null,
            text: "Deal won: Acme renewal\nAmount: 12,500\nOwner: Sam Rep",
            url: "https://app.hubspot.com/contacts/48975575/record/0-3/332507367156",
          },
        },
        { type: "create_task", params: { subject: "Hand over: Acme renewal", owner_id: "hubspot:77" } },
      ],
    });
  });

  test("a deal that was lost does too, and what is not known is said", async () => {
    const deal = { is_open: false, is_won: false, amount: null, owner: null, url: "javascript:alert(1)" };
    const plan = await planFor(enriched({ payload: moved, deal }));
    expect(plan).toMatchObject({ rules_fired: ["deal-lost"], supersedes: "the deal was closed as lost" });
    expect(plan.actions[0]).toMatchObject({
      params: { text: "Deal lost: Acme renewal\nAmount: not known\nOwner: not known", url: null },
    });
  });

  test.each([
    ["closedwon", "deal-won"],
    ["closedlost", "deal-lost"],
  ])("without the deal, the stage %s is enough", async (stage, rule) => {
    const plan = await planFor(enriched({ payload: { ...moved, new_value: stage }, deal: null }));
    expect(plan.rules_fired).toEqual([rule]);
    expect(plan.supersedes).not.toBeNull();
  });

  test("neither fires when the deal is still open, or something else changed on a closed one", async () => {
    expect((await planFor(enriched({ payload: moved }))).rules_fired).toEqual([]);
    expect((await planFor(enriched({ deal: { is_open: false, is_won: true } }))).rules_fired).toEqual([]);
  });
});

describe("the fallback", () => {
  const gone = { payload: { event: "ticket.created" } };
  const pressing = enriched({ urgency: "high", ...gone });
  const { property: _, ...facts } = pressing.payload;

  test("asks the owner to review a pressing signal that no rule answers", async () => {
    const plan = await planFor({ ...pressing, payload: facts });
    expect(plan).toMatchObject({ decided_by: "fallback", rules_fired: ["fallback"] });
    expect(plan.actions[0]).toMatchObject({
      type: "create_task",
      rule_id: "fallback",
      approval: "auto",
      params: { subject: "Review: ticket created — Acme renewal", kind: "todo", owner_id: "hubspot:77" },
    });
  });

  test("asks for a review of a deal that is overdue and idle, whatever changed", async () => {
    const signal = enriched({ urgency: "immediate", deal: { days_to_close: -3, last_activity_days_ago: 15 } });
    expect((await planFor(signal)).decided_by).toBe("fallback");
  });

  test("stays silent when a person changed a field, on a closed deal, and on what is not pressing", async () => {
    const silent = [
      enriched({ urgency: "high", payload: { event: "deal.amount_changed", property: "amount" } }),
      enriched({ urgency: "immediate", deal: { is_open: false } }),
      { ...pressing, payload: facts, urgency: "standard" as const },
    ];
    for (const signal of silent) expect((await planFor(signal)).actions).toEqual([]);
  });

  test("stays silent when a rule answered", async () => {
    const deal = { last_activity_days_ago: 12 };
    expect((await planFor(enriched({ urgency: "immediate", deal }))).rules_fired).toEqual(["idle-near-close"]);
  });
});
