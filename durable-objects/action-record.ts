// What the Deal object stores of one action: the snapshot that others see, and what only the object needs.
// Rule: a record is replaced, never mutated, so that a refused command leaves no trace.
import { ActionSnapshot, type ActionState, type Undo } from "#contract/action-state.ts";
import type { AuditStep } from "#contract/audit-step.ts";

export type Lease = { id: string; until: string };

export type ActionRecord = {
  /** The machine this action was proposed under; it keeps those rules for life. */
  machine_version: number;
  snapshot: ActionSnapshot;
  /** When the signal behind it happened at its source; decides what is older than what. */
  fired_at: string;
  /** `event_id` of the plan that proposed it; the cause of all it publishes. */
  plan_event_id: string;
  released_at: string | null;
  changed_at: string;
  /** The last claim; live only while `executing` or `compensating`. */
  lease: Lease | null;
  /** True once a claim ended without a report: its effect may have happened, so nobody may assume that it did not. */
  maybe_done: boolean;
  /** What would undo the effect of a run that has begun to make it; its report brings the same in the effect. */
  kept: Undo | null;
  /** Its place in an atomic plan, from 0; null for an action that stands alone. */
  step: number | null;
  /** Whether a person changed its content before it ran. */
  edited: boolean;
  /** Whether its content is gone because somebody must be forgotten; it never runs again. */
  erased: boolean;
  /** The steps that a caller was entrusted with, to be told again when it asks again. */
  owed: readonly OwedStep[];
};

/** `by` is the queue whose message makes the caller come again. */
export type OwedStep = Pick<AuditStep, "step" | "at" | "summary" | "data" | "actor" | "fate"> & {
  event_id: string;
  by: "plans" | "actions";
};

const ADDED = { kept: null, step: null, edited: false, erased: false, owed: [] } as const;

/** A record as an older build stored it, with the defaults of the fields that did not exist then. */
export function recordFrom(stored: string): ActionRecord {
  const record: ActionRecord = { ...ADDED, ...JSON.parse(stored) };
  if (record.machine_version !== 1) return record;
  const parsed = ActionSnapshot.safeParse(record.snapshot);
  return parsed.success ? { ...record, snapshot: parsed.data } : record;
}

const OPEN_STATES: ReadonlySet<ActionState> = new Set([
  "proposed",
  "pending",
  "released",
  "executing",
  "unknown",
  "compensating",
]);

/** Whether something is still to happen to the action by itself or by a person. */
export function isOpen(record: ActionRecord): boolean {
  return OPEN_STATES.has(record.snapshot.state) && !record.erased;
}
