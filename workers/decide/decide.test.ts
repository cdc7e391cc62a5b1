// Given an enriched signal, when it is decided, then what is published.
import { expect, test } from "vitest";
import { AuditStep } from "#contract/audit-step.ts";
import { PlanDecided } from "#contract/plan-decided.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import type { CompileResult } from "#rules/compile.ts";
import { SHIPPED } from "#rules/default.fixture.ts";
import { enriched, enrichedEvent } from "#rules/enriched.fixture.ts";
import { compileText } from "#rules/parse-document.ts";
import type { Outcome } from "#runtime/outcome.ts";
import { type DecideDeps, decide } from "./decide.ts";

const NOW = Date.parse("2026-11-20T10:00:03.000Z");
const IDLE = enriched({ urgency: "immediate", deal: { last_activity_days_ago: 12 } });

const SHIPPED_RULES = compileText(SHIPPED.document, SHIPPED.version);
const inForce = (compiled: CompileResult) => async () => ({ compiled, source: "active" as const });

function run(signal: SignalEnriched, deps: Partial<DecideDeps> = {}): Promise<Outcome> {
  const ruleset = async () => ({ compiled: SHIPPED_RULES, source: "default" as const });
  const all = { ruleset, model: null, approvalTtlSeconds: "14400", now: () => NOW, log: () => {}, ...deps };
  return decide(enrichedEvent(signal), all);
}

function published({ emits }: Outcome): { plans: PlanDecided[]; steps: AuditStep[] } {
  const on = (name: string) => emits.filter(({ queue }) => queue === name).map(({ payload }) => payload);
  return {
    plans: on("plans").map((plan) => PlanDecided.parse(plan)),
    steps: on("audit").map((step) => AuditStep.parse(step)),
  };
}

test("a signal that asks for something becomes a plan and a step that names the rules tried and fired", async () => {
  const outcome = await run(IDLE);
  const { plans, steps } = published(outcome);
  expect(outcome.kind).toBe("done");
  expect(plans).toHaveLength(1);
  expect(plans[0]).toMatchObject({
    signal_id: IDLE.signal_id,
    subject_name: "Acme renewal",
    fired_at: IDLE.fired_at,
    decided_by: "rules",
    ruleset_version: SHIPPED.version,
    rules_fired: ["idle-near-close"],
    decided_at: "2026-11-20T10:00:03.000Z",
  });
  expect(steps).toHaveLength(1);
  expect(steps[0]).toMatchObject({
    step: "decided",
    fate: null,
    summary: "draft_followup (gmail), by idle-near-close.",
    data: {
      ruleset_version: SHIPPED.version,
      ruleset_source: "default",
      rules_tried: expect.arrayContaining(["deal-won", "idle-near-close"]),
      rules_fired: ["idle-near-close"],
    },
  });
});

test("the plan travels with the urgency that enrichment found", async () => {
  const outcome = await run(IDLE);
  expect(outcome.emits.find(({ queue }) => queue === "plans")?.priority).toBe("immediate");
});

test("a signal that asks for nothing publishes no plan and ends as no_action", async () => {
  const { plans, steps } = published(await run(enriched()));
  expect(plans).toEqual([]);
  expect(steps[0]).toMatchObject({ fate: "no_action", summary: "No action: None of 17 rules applied." });
});

test("a plan that only makes earlier actions moot still travels, and its signal needs no action", async () => {
  const quiet = 'when: deal.is_won, supersedes: "the deal was closed as won"';
  const ruleset = compileText(`rules: [{ id: won, for: It is quiet., ${quiet} }]`, "t");
  const won = enriched({ payload: { event: "deal.stage_changed" }, deal: { is_open: false, is_won: true } });
  const { plans, steps } = published(await run(won, { ruleset: inForce(ruleset) }));
  expect(plans[0]).toMatchObject({ actions: [], supersedes: "the deal was closed as won" });
  expect(steps[0]?.fate).toBe("no_action");
});

test("the same signal under the same ruleset is the same plan, but for when it was decided", async () => {
  const first = published(await run(IDLE)).plans[0];
  const later = published(await run(structuredClone(IDLE), { now: () => NOW + 3_600_000 })).plans[0];
  expect(JSON.stringify({ ...later, decided_at: first?.decided_at })).toBe(JSON.stringify(first));
  expect(later?.decided_at).not.toBe(first?.decided_at);
});

test("the deployment's time to live is what `default` means", async () => {
  const { plans } = published(await run(IDLE, { approvalTtlSeconds: "20" }));
  expect(plans[0]?.actions[0]?.approval).toMatchObject({ ttl_seconds: 20, on_timeout: "execute" });
});

test.each([undefined, "", "soon", "0", "1.5", "99999999"])(
  "APPROVAL_TTL_SECONDS %j is named in a retry",
  async (text) => {
    const outcome = await run(IDLE, { approvalTtlSeconds: text });
    expect(outcome).toMatchObject({ kind: "retry", reason: expect.stringContaining("APPROVAL_TTL_SECONDS") });
  },
);

test("a ruleset that does not compile is tried again and says what is wrong with it", async () => {
  const outcome = await run(IDLE, { ruleset: inForce(compileText("rules: [{}]", "t")) });
  expect(outcome).toMatchObject({ kind: "retry", emits: [], reason: expect.stringContaining("/rules/0/") });
});

test("a rule that fails is logged by its id alone, and told in the trail", async () => {
  const lines: unknown[] = [];
  const broken = `rules:
  - { id: broken, for: It fails., when: account.name == 'x' }`;
  const ruleset = compileText(SHIPPED.document.replace("\nrules:", `\n${broken}`), "t");
  const { plans, steps } = published(
    await run(IDLE, { ruleset: inForce(ruleset), log: (...line) => lines.push(line) }),
  );
  expect(plans[0]?.rules_fired).toEqual(["idle-near-close"]);
  expect(steps[0]?.data).toMatchObject({
    failures: [{ rule_id: "broken", reason: `when: No such key: name in "account.name == 'x'"` }],
  });
  expect(lines).toEqual([["warn", "rules_failed", { correlation_id: expect.any(String), rules: "broken" }]]);
});
