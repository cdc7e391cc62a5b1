// Re-scores a signal's urgency with what is known about its deal and its account. Rule: context only ever raises urgency;
// what a source called urgent stays urgent.
import { PRIORITIES, type Priority } from "#contract/envelope.ts";
import type { AccountContext, DealContext, SignalEnriched } from "#contract/signal-enriched.ts";
import type { SignalType } from "#contract/signal-received.ts";

/** Every condition that a rule names must hold, and the deal must be open. */
type UrgencyRule = {
  reason: string;
  urgency: Priority;
  /** Of the signal; any when absent. */
  signalTypes?: readonly SignalType[];
  /** The signal itself names a competitor. */
  namesCompetitor?: true;
  /** Days from the signal to the close date, both ends included. */
  daysToClose?: { from: number; to: number };
  idleMoreThanDays?: number;
  intentScoreFrom?: number;
};

/**
 * The one table of urgency by context; docs/enrichment.md explains it. An overdue deal counts for some days and no
 * longer: one with a close date of last year is forgotten, not urgent, and must not fill the lane that is never shed.
 */
const URGENCY_RULES: readonly UrgencyRule[] = [
  {
    reason: "open, closes within 21 days and idle for more than 10",
    urgency: "immediate",
    daysToClose: { from: -21, to: 21 },
    idleMoreThanDays: 10,
  },
  {
    reason: "a competitor came up and the deal closes within 30 days",
    urgency: "high",
    namesCompetitor: true,
    daysToClose: { from: -21, to: 30 },
  },
  {
    reason: "people changed and the deal closes within 45 days",
    urgency: "high",
    signalTypes: ["stakeholder_change"],
    daysToClose: { from: -21, to: 45 },
  },
  {
    reason: "the account's intent is 80 or more and a deal is open",
    urgency: "high",
    signalTypes: ["intent", "behavioral"],
    intentScoreFrom: 80,
  },
  {
    reason: "the account is active and its deal closes within 30 days",
    urgency: "standard",
    signalTypes: ["intent", "behavioral"],
    daysToClose: { from: -21, to: 30 },
  },
];

export type Urgency = { urgency: Priority /** Why it was raised, or null. */; reason: string | null };

type Scored = Pick<SignalEnriched, "urgency" | "signal_type" | "payload">;

/** The most urgent of the rules that hold. */
export function rescore(signal: Scored, deal: DealContext | null, account: AccountContext | null): Urgency {
  const [rule] = URGENCY_RULES.filter((candidate) => deal !== null && holds(candidate, signal, deal, account)).toSorted(
    (a, b) => PRIORITIES.indexOf(a.urgency) - PRIORITIES.indexOf(b.urgency),
  );
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
  const { signalTypes, namesCompetitor, daysToClose: close, idleMoreThanDays: idle, intentScoreFrom: intent } = rule;
  const { days_to_close: days, last_activity_days_ago: idleDays } = deal;
  return (
    deal.is_open &&
    (signalTypes === undefined || signalTypes.includes(signal.signal_type)) &&
    (namesCompetitor === undefined || (signal.payload.competitors ?? []).length > 0) &&
    (close === undefined || (days !== null && days >= close.from && days <= close.to)) &&
    (idle === undefined || (idleDays !== null && idleDays > idle)) &&
    (intent === undefined || (account?.intent_score ?? -1) >= intent)
  );
}
