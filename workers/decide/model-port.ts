// What `decide` asks a language model, as it needs it answered. Rule: the model is asked only where rules are
// inconclusive, or where a rule says `compose: model`; whatever it answers waits for a person.
import type { ActionContent } from "#contract/action.ts";
import type { Event } from "#contract/envelope.ts";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import type { Asker, Failure, Firing } from "#rules/evaluate.ts";
import type { Defaults } from "#rules/ruleset.ts";

export type DraftContent = Extract<ActionContent, { type: "draft_followup" }>;
/** What the trail keeps of a call: prompt, answer, cost. */
export type Told = Readonly<Record<string, unknown>>;

export type ModelDecision =
  /** No actions: the model saw nothing to do, which is a decision too. `confidence` is 0 to 1. */
  | { kind: "plan"; actions: readonly ActionContent[]; reason: string; confidence: number | null; told: Told }
  /** Not worth it, or too late for it: no failure, the fallback rule decides. */
  | { kind: "not_asked"; told: Told }
  /** Over budget, down, malformed, refused: the fallback rule decides. */
  | { kind: "fallback"; reason: string; told: Told };

export type ModelPort = {
  /** `defaults` of the ruleset in force say which systems its actions go to. */
  decide(event: Event<SignalEnriched>, defaults: Defaults): Promise<ModelDecision>;
  /** The same mail in other words; the draft itself when the model's text can't be used. */
  compose(
    event: Event<SignalEnriched>,
    draft: DraftContent,
    firing: Firing,
  ): Promise<{ draft: DraftContent; told: Told }>;
};

/** Under this name the model's actions go: no policy of the document lets them run without a person. */
const MODEL: Asker = {
  id: "model",
  atomic: false,
  approval: { ttl: "default", on_timeout: "wait", escalate_before: "0s" },
  hours: null,
  still_valid: null,
  cool_down_seconds: 86_400,
};

/** What the model decided, in the form in which a rule's firing becomes a plan. */
export function modelFiring({ actions, reason }: Extract<ModelDecision, { kind: "plan" }>): Firing {
  const ordinal = (index: number) => actions.slice(0, index).filter(({ type }) => type === actions[index]?.type).length;
  return {
    rule: MODEL,
    reason,
    supersedes: null,
    facts: [],
    actions: actions.map((content, index) => ({ content, ordinal: ordinal(index), compose: "template" })),
  };
}

/** The failure that the trail shows when the model could not decide. */
export function modelFailure(reason: string): Failure {
  return { rule_id: MODEL.id, reason };
}
