// What a signal costs, from the operations that the Workers counted as they happened. Pure. Rule: list prices of Workers
// Paid, nothing of the plan's included amounts taken off; what no Worker can count (CPU time, storage, how long objects
// stay awake, pages that people open) is not guessed here but measured by the bench `cost`.
import { isOperation, OPERATION_DOLLARS, type Operation } from "#contract/operations.ts";
import { byLabel, type Counters, sumOf } from "./figures.ts";

/** `perSignal` operations, which cost `dollars`. */
export type CostLine = { operation: Operation; perSignal: number; dollars: number };

const MILLION = 1_000_000;

/** The dearest first; empty until a signal was received. */
export function costOf(counters: Counters): CostLine[] {
  const signals = sumOf(counters, "signals_received");
  if (signals <= 0) return [];
  const lines = byLabel(counters, "operations", "kind").flatMap(([operation, count]): CostLine[] => {
    if (!isOperation(operation)) return [];
    const perSignal = count / signals;
    return [{ operation, perSignal, dollars: (perSignal * OPERATION_DOLLARS[operation]) / MILLION }];
  });
  return lines.sort((a, b) => b.dollars - a.dollars);
}
