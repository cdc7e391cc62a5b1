// The core of `decide`: one enriched signal in, at most one plan and always one audit step out. Rule: it decides and
// never acts; a plan travels only when it asks for something, and what was decided is told either way.
import { actionId } from "#contract/action-id.ts";
import type { Event } from "#contract/envelope.ts";
import { planDecided } from "#contract/messages.ts";
import type { PlanDecided } from "#contract/plan-decided.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import type { RulesetInForce } from "#rules/active-ruleset.ts";
import type { CompiledRuleset } from "#rules/compile.ts";
import { type Evaluation, evaluate, type Firing, fallBack } from "#rules/evaluate.ts";
import { buildPlan } from "#rules/plan.ts";
import { audit } from "#runtime/audit.ts";
import type { Log } from "#runtime/log.ts";
import { done, emission, type Outcome, retry } from "#runtime/outcome.ts";
import { CONFIGURATION_PAGE, setting } from "#runtime/setting.ts";
import { checkupPlan, isCheckup } from "./checkup.ts";
import { letWordsWait } from "./model/words-wait.ts";
import { type ModelPort, modelFailure, modelFiring, type Told } from "./model-port.ts";

export type DecideDeps = {
  /** The one in force; or, of a replay under the rules of then, the one that was at that Instant. */
  ruleset(asOf?: string): Promise<RulesetInForce>;
  /** Null: no language model is configured, rules only. */
  model: ModelPort | null;
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
  const { compiled, source } = await deps.ruleset(event.rules_as_of);
  if (!compiled.ok) {
    const mistakes = compiled.problems.slice(0, 3).map(({ path, message }) => `${path}: ${message}`);
    return retry(`the ruleset does not compile: ${mistakes.join("; ")}`);
  }
  const ttl = approvalTtl(deps.approvalTtlSeconds);
  if (!ttl.ok) return retry(ttl.reason);

  const { ruleset } = compiled;
  const signal = event.payload;
  const startedAt = deps.now();
  if (isCheckup(signal)) return checkUp(event, startedAt, deps.now);
  const { evaluation, confidence, told, worded } = await conclude(event, ruleset, startedAt, deps.model);
  const decidedAt = new Date(startedAt).toISOString();
  const built = await buildPlan(signal, evaluation, { ruleset, approvalTtlSeconds: ttl.seconds, decidedAt });
  const plan = letWordsWait({ ...built, confidence }, worded, ttl.seconds);
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
    data: { ...dataOf(plan, evaluation), ruleset_source: source, ...(told.length > 0 && { model: told }) },
    // A plan without actions leaves no action whose state could become the fate.
    fate: plan.actions.length > 0 ? null : "no_action",
  });
  return asksForSomething ? done(emission("plans", planDecided, plan, signal.urgency), step) : done(step);
}

/** What `npm run doctor` sends, once the ruleset and the settings were found to be right. */
async function checkUp(event: Event<SignalEnriched>, startedAt: number, now: () => number): Promise<Outcome> {
  const { signal_id, urgency } = event.payload;
  const plan = await checkupPlan(event.payload, new Date(startedAt).toISOString());
  const step = audit({
    signal_id,
    layer: "decide",
    step: "decided",
    at: plan.decided_at,
    attempt: event.attempt,
    duration_ms: now() - startedAt,
    summary: "A checkup: an alert that sends nothing; no rule was asked.",
    data: { decided_by: plan.decided_by, rules_fired: plan.rules_fired },
  });
  return done(emission("plans", planDecided, plan, urgency), step);
}

/** `worded`: the ids of the actions that hold the model's words. */
type Conclusion = {
  evaluation: Evaluation;
  confidence: number | null;
  told: readonly Told[];
  worded: ReadonlySet<string>;
};
const NO_WORDS: ReadonlySet<string> = new Set();

/** Rules first; where they are inconclusive the model, and where that is too the ruleset's fallback. */
async function conclude(
  event: Event<SignalEnriched>,
  ruleset: CompiledRuleset,
  nowMs: number,
  model: ModelPort | null,
): Promise<Conclusion> {
  const evaluation = evaluate(ruleset, event.payload, nowMs);
  if (model === null) {
    const settled = evaluation.inconclusive ? fallBack(ruleset, event.payload, evaluation) : evaluation;
    return { evaluation: settled, confidence: null, told: [], worded: NO_WORDS };
  }
  if (!evaluation.inconclusive) return composed(event, evaluation, model);
  const decision = await model.decide(event, ruleset.defaults);
  const rest = { told: [decision.told], worded: NO_WORDS };
  if (decision.kind === "plan") {
    const fired = [...evaluation.fired, modelFiring(decision)];
    return { evaluation: { ...evaluation, decided_by: "llm", fired }, confidence: decision.confidence, ...rest };
  }
  const failed = decision.kind === "fallback" ? [modelFailure(decision.reason)] : [];
  const failures = [...evaluation.failures, ...failed];
  return { evaluation: fallBack(ruleset, event.payload, { ...evaluation, failures }), confidence: null, ...rest };
}

/** Mails for which a rule asks the model's words get them; who they go to stays the rule's. */
async function composed(event: Event<SignalEnriched>, evaluation: Evaluation, model: ModelPort): Promise<Conclusion> {
  const told: Told[] = [];
  const worded = new Set<string>();
  const compose = async (firing: Firing, action: Firing["actions"][number]) => {
    const { content } = action;
    if (action.compose !== "model" || content.type !== "draft_followup") return action;
    const written = await model.compose(event, content, firing);
    told.push(written.told);
    if (written.draft === content) return action;
    worded.add(await actionId(event.payload.signal_id, firing.rule.id, content.type, action.ordinal));
    const { subject, body } = written.draft.params;
    return { ...action, content: { ...content, params: { ...content.params, subject, body } } };
  };
  const fired = await Promise.all(
    evaluation.fired.map(async (firing) => {
      const actions = await Promise.all(firing.actions.map((action) => compose(firing, action)));
      return { ...firing, actions };
    }),
  );
  return { evaluation: { ...evaluation, fired }, confidence: null, told, worded };
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

function summaryOf({ actions, supersedes, supersedes_only, rules_fired: fired, rationale }: PlanDecided): string {
  if (fired.length === 0) return `No action: ${rationale}`;
  const asked = actions.map(({ type, target }) => `${type} (${target})`).join(", ") || "no action";
  const moot =
    supersedes === null ? "" : ` Earlier open ${supersedes_only?.join(" and ") ?? "actions"} are moot: ${supersedes}.`;
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
    conflicts: plan.conflicts,
    actions: plan.actions.map(({ action_id, rule_id, type, target }) => ({ action_id, rule_id, type, target })),
  };
}
