// What a signal costs, as far as the counters say it. Pure. Rule: counted operations by the list prices of Workers Paid,
// nothing of the plan's included amounts taken off; what no counter has (the hops before the ledger, requests, CPU) is
// not guessed here but measured by the bench `cost`.
import { byLabel, type Counters, sumOf } from "./figures.ts";

/** Dollars for a million. A queue message is written, read and deleted. */
const PER_MILLION = { rows: 1, message: 3 * 0.4, objectCall: 0.15 + 1 } as const;

export type CostLine = { what: string; perSignal: number; dollarsPerMillion: number };

/** Empty until a signal was received. */
export function costOf(counters: Counters): CostLine[] {
  const signals = sumOf(counters, "signals_received");
  if (signals <= 0) return [];
  const line = (what: string, count: number, price: number): CostLine => ({
    what,
    perSignal: count / signals,
    dollarsPerMillion: (count / signals) * price,
  });
  const dealSteps = byLabel(counters, "steps", "layer").find(([layer]) => layer === "deal")?.[1] ?? 0;
  return [
    line("D1 rows written by the ledger", sumOf(counters, "d1_rows_written"), PER_MILLION.rows),
    line("messages of the trail", sumOf(counters, "queue_messages_read"), PER_MILLION.message),
    line("changes in Deal objects (a call and a row)", dealSteps, PER_MILLION.objectCall),
  ];
}
