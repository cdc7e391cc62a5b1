// When the Deal object has to wake up by itself. Rule: no pending action, no live lease and no unsent message is ever
// without an alarm at or before its time; a quiet object has one last alarm, which forgets it.
import { isKnown } from "./action-machine.ts";
import { type ActionRecord, isOpen } from "./action-record.ts";
import { type DealState, lastChange } from "./deal-state.ts";

/** An outbox that the queue did not take at once is sent again after this long. */
export const OUTBOX_RETRY_MS = 10_000;

/** After this long without a change and without open actions the object forgets everything. */
export const RETENTION_MS = 90 * 86_400_000;

/** Milliseconds of the next alarm, in the past when something is overdue, or null when none is needed. */
export function nextAlarm(deal: DealState, hasUnsent: boolean, now: number): number | null {
  const records = [...deal.records.values()];
  const times = records.flatMap(wakeTime);
  if (hasUnsent) times.push(now + OUTBOX_RETRY_MS);
  if (times.length > 0) return Math.min(...times);
  // Released actions wait for a claim, not for a time.
  if (records.some(isOpen) || lastChange(deal) === 0) return null;
  return lastChange(deal) + RETENTION_MS;
}

/** Whether nothing is open and the last change is past the retention. */
export function isForgettable(deal: DealState, hasUnsent: boolean, now: number): boolean {
  if (hasUnsent || [...deal.records.values()].some(isOpen)) return false;
  return lastChange(deal) > 0 && now >= lastChange(deal) + RETENTION_MS;
}

/** An action whose rules this build does not know can't be woken; an alarm for it would fire without end. */
function wakeTime(record: ActionRecord): number[] {
  const { state, due_at } = record.snapshot;
  if (!isKnown(record)) return [];
  if (state === "pending" && due_at !== null) return [Date.parse(due_at)];
  if (state === "executing" && record.lease !== null) return [Date.parse(record.lease.until)];
  return [];
}
