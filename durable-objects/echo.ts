// Recognises the webhook that our own CRM write caused. Rule: same record, property and value as a write of the last
// minutes, ours or the one that took ours back; the same value written later is somebody's own decision.
import type { ActionState } from "#contract/action-state.ts";
import type { PlanDecided } from "#contract/plan-decided.ts";
import type { ActionRecord } from "./action-record.ts";

/** CRMs deliver within seconds and retry for minutes; a write may also be reported later than its webhook arrives. */
const ECHO_MS = 15 * 60_000;
const WRITES: ReadonlySet<ActionState> = new Set([
  "executing",
  "unknown",
  "executed",
  "compensating",
  "compensated",
  "compensation_failed",
]);

/** The action whose write the plan's signal reports, or null. `now` in milliseconds. */
export function echoOf(plan: PlanDecided, records: readonly ActionRecord[], now: number): ActionRecord | null {
  const { change } = plan;
  if (change === null || change === undefined) return null;
  return records.find((record) => isRecent(record, now) && writes(record, change)) ?? null;
}

function isRecent(record: ActionRecord, now: number): boolean {
  return WRITES.has(record.snapshot.state) && Date.parse(record.changed_at) > now - ECHO_MS;
}

function writes({ snapshot }: ActionRecord, change: NonNullable<PlanDecided["change"]>): boolean {
  const { action, effect, state } = snapshot;
  if (action.type !== "update_crm") return false;
  const { record, property, value } = action.params;
  if (record !== change.record || property !== change.property) return false;
  const isTakenBack = state === "compensating" || state === "compensated";
  return value === change.value || (isTakenBack && effect?.undo?.value === change.value);
}
