// The RPC interface of the Budget object, one for the deployment: what the language model may cost, counted for all
// isolates together. Rules: money is in whole millionths of a US dollar, so that sums are exact; a call is reserved at
// the most it can cost and settled at what it did cost; arguments and answers only ever gain optional fields.

/** The name of the one Budget object. */
export const BUDGET_NAME = "budget";

export const MICRO_USD = 1_000_000;

export type BudgetAsk = {
  /** New for each call to the model. */
  call_id: string;
  signal_id: string;
  micro_usd: number;
  /** What all calls for this signal may cost on one day. */
  signal_limit_micro_usd: number;
};

export type BudgetAnswer = { ok: true } | { ok: false; why: "day" | "signal" };

/** `near` from 80 % of the day's budget, `exhausted` from 100 %: from then on rules decide alone. */
export type BudgetLevel = "ok" | "near" | "exhausted";

export type BudgetStatus = {
  /** The UTC day, `2026-11-20`; at midnight everything starts from zero. */
  day: string;
  limit_micro_usd: number;
  /** Settled calls at their cost, the others at what was reserved. */
  spent_micro_usd: number;
  calls: number;
  refused: number;
  /** The highest level that the day has reached. */
  level: BudgetLevel;
};

export interface BudgetRpc {
  reserve(ask: BudgetAsk): Promise<BudgetAnswer>;
  /** A call of another day, or one that was never reserved, changes nothing. */
  settle(callId: string, microUsd: number): Promise<void>;
  status(): Promise<BudgetStatus>;
}
