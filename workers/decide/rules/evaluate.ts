// Asks a compiled ruleset about one signal. Pure: same ruleset, signal and moment, same answer. Rules: what fails (a
// rule, one of its actions) is skipped and reported and never takes the others down; nobody who opted out is mailed,
// whatever a rule says.
import { ActionContent } from "#contract/action.ts";
import { describeIssues } from "#contract/messages.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import type { CompiledAction, CompiledRule, CompiledRuleset } from "./compile.ts";
import { type Context, contextOf } from "./context.ts";

/** A rule that fired, with those of its actions that could be made. */
export type Firing = {
  rule: CompiledRule;
  reason: string;
  supersedes: string | null;
  actions: readonly { content: ActionContent; ordinal: number }[];
};
type Failure = { rule_id: string; reason: string };
export type Evaluation = {
  /** Ids in the order in which they were tried, with `fallback` when it came to that. */
  tried: readonly string[];
  fired: readonly Firing[];
  failures: readonly Failure[];
  /** The rules were inconclusive and the fallback fired. */
  fell_back: boolean;
};

/** Evaluates the rules by priority until one that stops. `nowMs`: milliseconds since 1970. Never throws. */
export function evaluate(ruleset: CompiledRuleset, signal: SignalEnriched, nowMs: number): Evaluation {
  const context = contextOf(signal, nowMs);
  const tried: string[] = [];
  const fired: Firing[] = [];
  const failures: Failure[] = [];
  const attempt = (rule: CompiledRule): boolean => {
    tried.push(rule.id);
    const firing = fire(rule, context, signal, failures);
    if (firing !== null) fired.push(firing);
    return firing !== null;
  };
  for (const rule of ruleset.rules) if (attempt(rule) && rule.stop) break;
  const fellBack = isInconclusive(fired, failures) && ruleset.fallback !== null && attempt(ruleset.fallback);
  return { tried, fired, failures, fell_back: fellBack };
}

/** No rule fired, or all that those that fired asked for came to nothing because it failed. */
function isInconclusive(fired: readonly Firing[], failures: readonly Failure[]): boolean {
  const asksForNothing = fired.every(({ actions, supersedes }) => actions.length === 0 && supersedes === null);
  return fired.length === 0 || (asksForNothing && failures.length > 0);
}

function fire(rule: CompiledRule, context: Context, signal: SignalEnriched, failures: Failure[]): Firing | null {
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
  const actions: { content: ActionContent; ordinal: number }[] = [];
  for (const action of rule.actions) {
    const made = make(action, context, signal);
    if (typeof made === "string") fail(made);
    else actions.push({ content: made, ordinal: action.ordinal });
  }
  return { rule, reason: text("reason") || rule.purpose, supersedes: text("supersedes") || null, actions };
}

/** The action as it would go out, or why it can't. */
function make(action: CompiledAction, context: Context, signal: SignalEnriched): ActionContent | string {
  const params = action.params(context);
  if (!params.ok) return params.reason;
  const content = ActionContent.safeParse({ type: action.type, target: action.target, params: params.value });
  if (!content.success) return `${action.type}: ${describeIssues(content.error)}`;
  if (content.data.type === "draft_followup") {
    const addresses = content.data.params.to.map(({ email }) => email.toLowerCase());
    const optedOut = signal.deal_context?.contacts.filter((contact) => contact.opted_out) ?? [];
    if (optedOut.some(({ email }) => email !== null && addresses.includes(email.toLowerCase())))
      return `${action.type}: a recipient has opted out of e-mail`;
  }
  return content.data;
}
