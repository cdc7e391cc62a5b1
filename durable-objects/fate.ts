// The fate of a signal as its actions tell it. Rule: the fate is an aggregate over all actions of the signal's plan, so
// a signal has exactly one at any moment and the sum over all signals is conserved.
import type { ActionState } from "#contract/action-state.ts";
import type { Fate } from "#contract/audit-step.ts";
import type { ActionRecord } from "./action-record.ts";

/** An action that was taken back, or could not be, did have its effect. */
const FATE_OF: Readonly<Record<ActionState, Fate>> = {
  proposed: "waiting",
  pending: "waiting",
  released: "waiting",
  executing: "waiting",
  unknown: "waiting",
  executed: "executed",
  compensating: "executed",
  compensated: "executed",
  compensation_failed: "executed",
  failed: "dead_lettered",
  rejected: "rejected",
  expired: "expired",
  superseded: "superseded",
};

/** The first that any action has wins: something still to come, then something done, then something to look at. */
const PRECEDENCE = ["waiting", "executed", "dead_lettered", "rejected", "expired", "superseded", "no_action"] as const;

/** Null when no record belongs to the signal. */
export function fateOf(signalId: string, records: Iterable<ActionRecord>): Fate | null {
  const fates = new Set<Fate>();
  for (const { snapshot } of records) {
    if (snapshot.signal_id === signalId) fates.add(snapshot.shadow ? "no_action" : FATE_OF[snapshot.state]);
  }
  return PRECEDENCE.find((fate) => fates.has(fate)) ?? null;
}
