// Which fate a signal has when its steps arrive late, twice or in another order. Rule: the latest `at` wins and, at
// the same instant, the more settled; `received` only opens the row, so a redelivered webhook undoes nothing.
import { Fate } from "#contract/audit-step.ts";
import type { ToldStep } from "#contract/kept-step.ts";

type FateAt = { fate: Fate; fate_at: string };

/** In progress, then waiting for a person, then settled. */
function settledness(fate: Fate): number {
  if (fate === "in_progress") return 0;
  return fate === "waiting" ? 1 : 2;
}

/** True when `next` takes the place of `current`. Instants of one precision compare as text. */
function prevails(next: FateAt, current: FateAt): boolean {
  if (next.fate_at !== current.fate_at) return next.fate_at > current.fate_at;
  return settledness(next.fate) > settledness(current.fate);
}

/** The fate after all of these steps, in whatever order; null when none but `received` gave one. */
export function fateAfter(steps: readonly Pick<ToldStep, "step" | "at" | "fate">[]): FateAt | null {
  let current: FateAt | null = null;
  for (const { step, at, fate } of steps) {
    const parsed = step === "received" ? undefined : Fate.safeParse(fate).data;
    if (parsed === undefined) continue;
    const next = { fate: parsed, fate_at: at };
    if (current === null || prevails(next, current)) current = next;
  }
  return current;
}
