// One UTC day of spending on the language model. Pure: the clock and the limit come in. Rule: what was reserved counts
// until it is settled, so a call that never reports back counts at the most it can have cost.
import type { BudgetAnswer, BudgetAsk, BudgetLevel, BudgetStatus } from "#contract/budget.ts";

export type BudgetCall = { signalId: string; microUsd: number };
export type BudgetDay = {
  day: string;
  calls: ReadonlyMap<string, BudgetCall>;
  refused: number;
  /** The highest level reached; it is told once and does not fall when a call settles lower. */
  level: BudgetLevel;
};

/** The share of the day's budget at which somebody should know, before it is used up. */
const NEAR = 0.8;

/** The day as it is, or an empty one when midnight (UTC) has passed. `nowMs`: milliseconds since 1970. */
export function dayAt(known: BudgetDay | null, nowMs: number): BudgetDay {
  const day = new Date(nowMs).toISOString().slice(0, 10);
  return known?.day === day ? known : { day, calls: new Map(), refused: 0, level: "ok" };
}

/** Reserves the whole of what is asked or nothing of it. */
export function reserve(
  day: BudgetDay,
  { call_id, signal_id, micro_usd, signal_limit_micro_usd }: BudgetAsk,
  limitMicroUsd: number,
): { day: BudgetDay; answer: BudgetAnswer } {
  const refuse = (why: "day" | "signal", level: BudgetLevel = day.level) => {
    return { day: { ...day, refused: day.refused + 1, level }, answer: { ok: false as const, why } };
  };
  const calls = new Map(day.calls);
  calls.set(call_id, { signalId: signal_id, microUsd: micro_usd });
  const forSignal = Array.from(calls.values()).filter(({ signalId }) => signalId === signal_id);
  if (sum(forSignal) > signal_limit_micro_usd) return refuse("signal");
  const spent = sum(calls.values());
  // From the first call that no longer fits, the day is over for the model as far as people can see.
  if (spent > limitMicroUsd) return refuse("day", "exhausted");
  return { day: { ...day, calls, level: higher(day.level, levelOf(spent, limitMicroUsd)) }, answer: { ok: true } };
}

/** What the call did cost, in place of what was reserved. */
export function settle(day: BudgetDay, callId: string, microUsd: number, limitMicroUsd: number): BudgetDay {
  const call = day.calls.get(callId);
  if (call === undefined) return day;
  const calls = new Map(day.calls).set(callId, { ...call, microUsd });
  return { ...day, calls, level: higher(day.level, levelOf(sum(calls.values()), limitMicroUsd)) };
}

export function statusOf({ day, calls, refused, level }: BudgetDay, limitMicroUsd: number): BudgetStatus {
  const spent = sum(calls.values());
  return { day, limit_micro_usd: limitMicroUsd, spent_micro_usd: spent, calls: calls.size, refused, level };
}

function levelOf(spent: number, limit: number): BudgetLevel {
  if (spent >= limit) return "exhausted";
  return spent >= limit * NEAR ? "near" : "ok";
}

const ORDER: readonly BudgetLevel[] = ["ok", "near", "exhausted"];

function higher(one: BudgetLevel, other: BudgetLevel): BudgetLevel {
  return ORDER.indexOf(one) >= ORDER.indexOf(other) ? one : other;
}

function sum(calls: Iterable<BudgetCall>): number {
  let total = 0;
  for (const { microUsd } of calls) total += microUsd;
  return total;
}
