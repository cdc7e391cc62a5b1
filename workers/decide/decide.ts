// The core of `decide`: one enriched signal in, at most one plan and always one audit step out. Rule: it decides and
// never acts; a plan travels only when it asks for something, and what was decided is told either way.
import type { Event } from "#contract/envelope.ts";
import { planDecided } from "#contract/messages.ts";
import type { PlanDecided } from "#contract/plan-decided.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import { audit } from "#runtime/audit.ts";
import type { Log } from "#runtime/log.ts";
import { done, emission, type Outcome, retry } from "#runtime/outcome.ts";
import { CONFIGURATION_PAGE, setting } from "#runtime/setting.ts";
import type { CompileResult } from "./rules/compile.ts";
import { type Evaluation, evaluate } from "./rules/evaluate.ts";
import { buildPlan } from "./rules/plan.ts";

export type DecideDeps = {
  /** The ruleset in force. */
  ruleset(): CompileResult;
  /** The text of APPROVAL_TTL_SECONDS. */
  approvalTtlSeconds: string | undefined;
  /** Milliseconds since 1970. */
  now(): number;
  log: Log;
};

/** The contract's longest time to live: 30 days. */
const MAX_TTL_SECONDS = 30 * 86_400;

/** Decides one signal. What a person must mend first (the ruleset, a setting) is tried again, then a dead letter. */
export async function decide(event: Event<SignalEnriched>, deps: DecideDeps): Promise<Outcome> {
  const compiled = deps.ruleset();
  if (!compiled.ok) {
    const mistakes = compiled.problems.slice(0, 3).map(({ path, message }) => `${path}: ${message}`);
    return retry(`the ruleset does not compile: ${mistakes.join("; ")}`);
  }
  const ttl = approvalTtl(deps.approvalTtlSeconds);
  if (!ttl.ok) return retry(ttl.reason);

  const signal = event.payload;
  const startedAt = deps.now();
  const evaluation = evaluate(compiled.ruleset, signal, startedAt);
  const settings = { rulesetVersion: compiled.ruleset.version, approvalTtlSeconds: ttl.seconds };
  const plan = await buildPlan(signal, evaluation, { ...settings, decidedAt: new Date(startedAt).toISOString() });
  if (evaluation.failures.length > 0)
    deps.log("warn", "rules_failed", {
      correlation_id: event.correlation_id,
      rules: [...new Set(evaluation.failures.map(({ rule_id }) => rule_id))].join(),
    });

  const asksForSomething = plan.actions.length > 0 || plan.supersedes !== null;
  const step = audit({
    signal_id: signal.signal_id,
    layer: "decide",
    step: "decided",
    at: plan.decided_at,
    attempt: event.attempt,
    duration_ms: deps.now() - startedAt,
    summary: summaryOf(plan),
    data: dataOf(plan, evaluation),
    // A plan without actions leaves no action whose state could become the fate.
    fate: plan.actions.length > 0 ? null : "no_action",
  });
  return asksForSomething ? done(emission("plans", planDecided, plan, signal.urgency), step) : done(step);
}

function approvalTtl(text: string | undefined): { ok: true; seconds: number } | { ok: false; reason: string } {
  const name = "APPROVAL_TTL_SECONDS";
  const given = setting(name, text);
  if (!given.ok) return given;
  const seconds = Number(given.value);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_TTL_SECONDS) return { ok: true, seconds };
  const reason = `${name} must be a whole number of seconds from 1 to ${MAX_TTL_SECONDS}; see ${CONFIGURATION_PAGE}`;
  return { ok: false, reason };
}

function summaryOf({ actions, supersedes, rules_fired: fired, rationale }: PlanDecided): string {
  if (fired.length === 0) return `No action: ${rationale}`;
  const asked = actions.map(({ type, target }) => `${type} (${target})`).join(", ") || "no action";
  const moot = supersedes === null ? "" : ` Earlier open actions are moot: ${supersedes}.`;
  return `${asked}, by ${fired.join(", ")}.${moot}`;
}

function dataOf(plan: PlanDecided, { tried, failures }: Evaluation): Record<string, unknown> {
  return {
    decided_by: plan.decided_by,
    ruleset_version: plan.ruleset_version,
    rules_tried: tried,
    rules_fired: plan.rules_fired,
    rationale: plan.rationale,
    failures,
    actions: plan.actions.map(({ action_id, rule_id, type, target }) => ({ action_id, rule_id, type, target })),
  };
}
