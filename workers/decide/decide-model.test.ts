// Given a language model, when rules are inconclusive or ask for its words, then what becomes of its answer.
import { expect, test } from "vitest";
import { AuditStep } from "#contract/audit-step.ts";
import { PlanDecided } from "#contract/plan-decided.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import { SHIPPED } from "#rules/default.fixture.ts";
import { enriched, enrichedEvent } from "#rules/enriched.fixture.ts";
import { compileText } from "#rules/parse-document.ts";
import { decide } from "./decide.ts";
import type { ModelDecision, ModelPort } from "./model-port.ts";

const compiled = compileText(SHIPPED.document, SHIPPED.version);
const PRESSING = enriched({ urgency: "immediate", payload: { event: "ticket.created" } });
const TASK = {
  type: "create_task" as const,
  target: "hubspot" as const,
  params: {
    subject: "Call Dana",
    body: "",
    due_at: "2026-11-23T09:00:00.000Z",
    owner_id: null,
    importance: "high" as const,
    kind: "call" as const,
    deal_id: null,
    contact_ids: [],
    account_id: null,
  },
};

async function run(signal: SignalEnriched, model: Partial<ModelPort>) {
  const asked: string[] = [];
  const port: ModelPort = {
    decide: async () => {
      asked.push("decide");
      return { kind: "fallback", reason: "no budget", told: {} };
    },
    compose: async (_event, draft) => {
      asked.push("compose");
      return { draft, told: {} };
    },
    ...model,
  };
  const ruleset = async () => ({ compiled, source: "active" as const });
  const deps = { ruleset, model: port, approvalTtlSeconds: "14400", now: () => 0, log: () => {} };
  const { emits } = await decide(enrichedEvent(signal), deps);
  const on = (queue: string) => emits.filter((emit) => emit.queue === queue).map(({ payload }) => payload);
  return { plan: on("plans").map((plan) => PlanDecided.parse(plan))[0], step: AuditStep.parse(on("audit")[0]), asked };
}

test("what the model decides waits for a person, whatever the policies say, and its cost is on the trail", async () => {
  const told = { cost_usd: 0.001 };
  const decision: ModelDecision = {
    kind: "plan",
    actions: [TASK, TASK],
    reason: "It is urgent.",
    confidence: 0.7,
    told,
  };
  const { plan, step } = await run(PRESSING, { decide: async () => decision });
  expect(plan).toMatchObject({
    decided_by: "llm",
    confidence: 0.7,
    actions: [
      { rule_id: "model", approval: { on_timeout: "wait" } },
      { rule_id: "model", approval: { on_timeout: "wait" } },
    ],
  });
  expect(plan?.actions[0]?.action_id).not.toBe(plan?.actions[1]?.action_id);
  expect(step.data).toMatchObject({ decided_by: "llm", model: [told] });
});

test("a model that can't decide leaves it to the fallback, and the trail says why", async () => {
  const { plan, step, asked } = await run(PRESSING, {});
  expect(asked).toEqual(["decide"]);
  expect(plan).toMatchObject({ decided_by: "fallback", confidence: null });
  expect(step.data).toMatchObject({ failures: [{ rule_id: "model", reason: "no budget" }] });
});

test("the model is not asked what the rules know, but for words; who is written to stays the rule's", async () => {
  const idle = enriched({ deal: { last_activity_days_ago: 12 } });
  const asked: string[] = [];
  const { plan } = await run(idle, {
    decide: async () => {
      throw new Error("asked");
    },
    compose: async (_event, draft) => {
      asked.push(draft.params.subject);
      const params = { ...draft.params, subject: "Shall we talk?", to: [{ email: "evil@other.test", name: null }] };
      return { draft: { ...draft, params }, told: {} };
    },
  });
  expect(asked).toEqual(["Next steps on Acme renewal"]);
  expect(plan?.actions).toMatchObject([{ params: { subject: "Shall we talk?", to: [{ email: "dana@acme.test" }] } }]);
});
