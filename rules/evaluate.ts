// Asks a compiled ruleset about one signal. Pure: same ruleset, signal and moment, same answer. Rules: what fails (a
// rule, one of its actions) is skipped and reported and never takes the others down; nobody who opted out is mailed,
// whatever a rule says.
import { type Action, ActionContent } from "#contract/action.ts";
import { describeIssues } from "#contract/messages.ts";
import type { PlanDecided } from "#contract/plan-decided.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import type { CompiledAction, CompiledRule, CompiledRuleset } from "./compile.ts";
import { type Context, contextOf } from "./context.ts";
import { withDelivery } from "./delivery.ts";
import { factText } from "./fact-text.ts";
import { AUTO_TARGET } from "./rule-action.ts";
import { targetOf } from "./target.ts";

/** What a plan needs of the rule (or the model) that asks for its actions. */
export type Asker = Pick<CompiledRule, "id" | "atomic" | "approval" | "hours" | "still_valid" | "cool_down_seconds">;
type Fact = Action["facts"][number];
/** A rule that fired, with those of its actions that could be made. */
export type Firing = {
  rule: Asker;
  reason: string;
  supersedes: string | null;
  supersedes_only?: CompiledRule["supersedes_only"];
  facts: readonly Fact[];
  actions: readonly { content: ActionContent; ordinal: number; compose: "template" | "model" }[];
};
export type Failure = { rule_id: string; reason: string };
export type Evaluation = {
  decided_by: PlanDecided["decided_by"];
  /** Ids in the order in which they were tried, with `fallback` when it came to that. */
  tried: readonly string[];
  fired: readonly Firing[];
  failures: readonly Failure[];
  /** No rule fired, or all that those that fired asked for came to nothing because it failed. */
  inconclusive: boolean;
  context: Context;
};

/** Evaluates the rules by priority until one that stops. `nowMs`: milliseconds since 1970. Never throws. */
export function evaluate(ruleset: CompiledRuleset, signal: SignalEnriched, nowMs: number): Evaluation {
  const context = contextOf(signal, nowMs, ruleset.values);
  const tried: string[] = [];
  const fired: Firing[] = [];
  const failures: Failure[] = [];
  for (const rule of ruleset.rules) {
    tried.push(rule.id);
    const firing = fire(rule, context, signal, ruleset, failures);
    if (firing !== null) fired.push(firing);
    if (firing !== null && rule.stop) break;
  }
  const asksForNothing = fired.every(({ actions, supersedes }) => actions.length === 0 && supersedes === null);
  const inconclusive = fired.length === 0 || (asksForNothing && failures.length > 0);
  return { decided_by: "rules", tried, fired, failures, inconclusive, context };
}

/** What the ruleset's fallback adds to an inconclusive evaluation; the same one when it does not fire. */
export function fallBack(ruleset: CompiledRuleset, signal: SignalEnriched, evaluation: Evaluation): Evaluation {
  if (ruleset.fallback === null) return evaluation;
  const failures = [...evaluation.failures];
  const firing = fire(ruleset.fallback, evaluation.context, signal, ruleset, failures);
  const tried = [...evaluation.tried, ruleset.fallback.id];
  if (firing === null) return { ...evaluation, tried, failures };
  return { ...evaluation, tried, failures, decided_by: "fallback", fired: [...evaluation.fired, firing] };
}

/** The rules, and where they are inconclusive the fallback: all that is decided without a language model. */
export function evaluateWithFallback(ruleset: CompiledRuleset, signal: SignalEnriched, nowMs: number): Evaluation {
  const evaluation = evaluate(ruleset, signal, nowMs);
  return evaluation.inconclusive ? fallBack(ruleset, signal, evaluation) : evaluation;
}

function fire(
  rule: CompiledRule,
  context: Context,
  signal: SignalEnriched,
  { defaults }: CompiledRuleset,
  failures: Failure[],
): Firing | null {
  const fail = (reason: string) => {
    failures.push({ rule_id: rule.id, reason });
    return null;
  };
  const condition = rule.when.evaluate(context);
  if (!condition.ok) return fail(`when: ${condition.reason}`);
  if (condition.value !== true) return null;

  const text = (name: "reason" | "supersedes"): string | null => {
    const result = rule[name]?.(context);
    if (result === undefined) return null;
    if (!result.ok) return fail(`${name}: ${result.reason}`);
    return typeof result.value === "string" ? result.value : fail(`${name}: not a text`);
  };
  const actions: Firing["actions"][number][] = [];
  for (const action of rule.actions) {
    const made = make(action, context, signal, defaults);
    if (typeof made === "string") fail(made);
    else actions.push({ content: made, ordinal: action.ordinal, compose: action.compose });
  }
  const facts = rule.facts.flatMap(({ label, value }): Fact[] => {
    const result = value.evaluate(context);
    if (!result.ok) fail(`facts: ${label}: ${result.reason}`);
    const words = result.ok ? factText(result.value) : "";
    return words === "" ? [] : [{ label, value: words }];
  });
  const reason = text("reason") || rule.purpose;
  const supersedes = text("supersedes") || null;
  return { rule, reason, supersedes, supersedes_only: rule.supersedes_only, facts, actions };
}

/** The action as it would go out, or why it can't. */
function make(
  action: CompiledAction,
  context: Context,
  signal: SignalEnriched,
  defaults: CompiledRuleset["defaults"],
): ActionContent | string {
  const params = action.params(context);
  if (!params.ok) return params.reason;
  const target = action.target(context);
  if (!target.ok) return `target: ${target.reason}`;
  const system = target.value === AUTO_TARGET ? targetOf(action.type, params.value, signal, defaults) : target.value;
  const given = withDelivery(action.type, params.value, defaults);
  const content = ActionContent.safeParse({ type: action.type, target: system, params: given });
  if (!content.success) return `${action.type}: ${describeIssues(content.error)}`;
  return reachesOptedOut(content.data, signal) ? `${action.type}: a recipient has opted out of e-mail` : content.data;
}

function reachesOptedOut(content: ActionContent, signal: SignalEnriched): boolean {
  const optedOut = signal.deal_context?.contacts.filter((contact) => contact.opted_out) ?? [];
  if (content.type === "enroll_sequence") return optedOut.some(({ id }) => id === content.params.contact_id);
  if (content.type !== "draft_followup") return false;
  const addresses = content.params.to.map(({ email }) => email.toLowerCase());
  return optedOut.some(({ email }) => email !== null && addresses.includes(email.toLowerCase()));
}
