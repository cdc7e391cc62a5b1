// Which fate a signal has when its steps arrive late, twice or in another order. Rule: the latest `at` wins and, at
// the same instant, the more settled; but `received` only opens the row, so a redelivered webhook undoes nothing.
import type { Fate } from "#contract/audit-step.ts";

/** A fate that a step gave to a signal; `fate_at` is the step's own time. */
export type FateRow = { signal_id: string; correlation_id: string; fate: Fate; fate_at: string };

/** In progress, then waiting for a person, then settled. The statement in statements.ts says the same in SQL. */
function settledness(fate: Fate): number {
  if (fate === "in_progress") return 0;
  return fate === "waiting" ? 1 : 2;
}

/** True when `next` takes the place of `current`. Instants of one precision compare as text. */
function prevails(next: FateRow, current: FateRow): boolean {
  if (next.fate_at !== current.fate_at) return next.fate_at > current.fate_at;
  return settledness(next.fate) > settledness(current.fate);
}

/** One row a signal: of several fates in one batch only the prevailing one is written. */
export function prevailingFates(rows: readonly FateRow[]): FateRow[] {
  const bySignal = new Map<string, FateRow>();
  for (const row of rows) {
    const current = bySignal.get(row.signal_id);
    if (current === undefined || prevails(row, current)) bySignal.set(row.signal_id, row);
  }
  return [...bySignal.values()];
}
