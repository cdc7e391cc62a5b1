// Re-scores a signal's urgency with what is known about its deal and its account. Rule: context only ever raises urgency;
// what a source called urgent stays urgent.
import { PRIORITIES, type Priority } from "#contract/envelope.ts";
import type { AccountContext, DealContext, SignalEnriched } from "#contract/signal-enriched.ts";
import { URGENCY_RULES, type UrgencyRule } from "./urgency-rules.ts";

export type Urgency = { urgency: Priority /** Why it was raised, or null. */; reason: string | null };

type Scored = Pick<SignalEnriched, "urgency" | "signal_type" | "payload">;

/** The most urgent of the rules that hold, of several the first. */
export function rescore(
  signal: Scored,
  deal: DealContext | null,
  account: AccountContext | null,
  rules: readonly UrgencyRule[] = URGENCY_RULES,
): Urgency {
  const [rule] = rules
    .filter((candidate) => deal !== null && holds(candidate, signal, deal, account))
    .toSorted((a, b) => PRIORITIES.indexOf(a.urgency) - PRIORITIES.indexOf(b.urgency));
  if (rule === undefined || moreUrgent(signal.urgency, rule.urgency) === signal.urgency) {
    return { urgency: signal.urgency, reason: null };
  }
  return { urgency: rule.urgency, reason: rule.reason };
}

/** The more urgent of two. */
export function moreUrgent(a: Priority, b: Priority): Priority {
  return PRIORITIES.indexOf(a) <= PRIORITIES.indexOf(b) ? a : b;
}

function holds(rule: UrgencyRule, signal: Scored, deal: DealContext, account: AccountContext | null): boolean {
  const { days_to_close: days, last_activity_days_ago: idleDays } = deal;
  const { days_to_close: close, idle_more_than_days: idle, intent_score_from: intent } = rule;
  return (
    deal.is_open &&
    (rule.signal_types === undefined || rule.signal_types.includes(signal.signal_type)) &&
    (rule.names_competitor === undefined || (signal.payload.competitors ?? []).length > 0) &&
    (close === undefined || (days !== null && days >= close.from && days <= close.to)) &&
    (idle === undefined || (idleDays !== null && idleDays > idle)) &&
    (intent === undefined || (account?.intent_score ?? -1) >= intent)
  );
}
