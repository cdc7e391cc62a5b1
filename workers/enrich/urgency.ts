// Re-scores a signal's urgency with what is known about its deal. Rule: context only ever raises urgency; what a source
// called urgent stays urgent.
import { PRIORITIES, type Priority } from "#contract/envelope.ts";
import type { DealContext } from "#contract/signal-enriched.ts";

type UrgencyRule = {
  reason: string;
  /** Days from the signal to the close date, both ends included. */
  daysToClose: { from: number; to: number };
  idleMoreThanDays: number;
  urgency: Priority;
};

/**
 * An overdue deal counts while it is at most as many days overdue: one with a close date of last year is forgotten, not
 * urgent, and must not fill the lane that is never shed.
 */
const URGENCY_RULES: readonly UrgencyRule[] = [
  {
    reason: "open, closes within 21 days and idle for more than 10",
    daysToClose: { from: -21, to: 21 },
    idleMoreThanDays: 10,
    urgency: "immediate",
  },
];

export type Urgency = { urgency: Priority /** Why it was raised, or null. */; reason: string | null };

export function rescore(urgency: Priority, deal: DealContext | null): Urgency {
  const rule = URGENCY_RULES.find((candidate) => deal !== null && holds(candidate, deal));
  if (rule === undefined || moreUrgent(urgency, rule.urgency) === urgency) return { urgency, reason: null };
  return { urgency: rule.urgency, reason: rule.reason };
}

/** The more urgent of two. */
export function moreUrgent(a: Priority, b: Priority): Priority {
  return PRIORITIES.indexOf(a) <= PRIORITIES.indexOf(b) ? a : b;
}

function holds(rule: UrgencyRule, deal: DealContext): boolean {
  const { is_open: isOpen, days_to_close: days, last_activity_days_ago: idleDays } = deal;
  if (!isOpen || days === null || idleDays === null) return false;
  return days >= rule.daysToClose.from && days <= rule.daysToClose.to && idleDays > rule.idleMoreThanDays;
}
