// When the Deal object has to wake up by itself. Rules: no pending action and no unsent message is ever without an alarm
// at or before its time; a claimed action needs none, because the message that was claimed comes back, finds that the
// lease has ended and goes on; everything else has one alarm, set once in 90 days, which forgets what is settled.
import { isKnown } from "./action-machine.ts";
import { type ActionRecord, isOpen } from "./action-record.ts";
import { type DealState, lastChange } from "./deal-state.ts";
import { escalationAt } from "./guards.ts";

/** An outbox that the queue did not take at once is sent again after this long. */
export const OUTBOX_RETRY_MS = 10_000;

/** What is due while the controls can't be asked is looked at again after this long. */
const UNASKED_RETRY_MS = 60_000;

/** What is held back by a pause is looked at again after this long; longer, because each look is a row and a request. */
const HELD_RETRY_MS = 300_000;

/** An action that only a person can settle is looked at this often. */
export const WAITING_LOOK_MS = 86_400_000;

/** After this long without a change a settled action is forgotten, and with the last one the object. */
export const RETENTION_MS = 90 * 86_400_000;

/** Milliseconds of the next alarm, in the past when something is overdue, or null when none is needed. */
export function nextAlarm(deal: DealState, hasUnsent: boolean, now: number): number | null {
  const records = [...deal.records.values()];
  const times = records.flatMap((record) => wakeTime(record, now));
  if (hasUnsent) times.push(now + OUTBOX_RETRY_MS);
  if (times.length > 0) return Math.min(...times);
  // An action whose rules this build does not know can't be settled by it; an alarm for it would fire without end.
  if (lastChange(deal) === 0 || records.some((record) => isOpen(record) && !isKnown(record))) return null;
  const quiet = lastChange(deal) + RETENTION_MS;
  return records.some(isOpen) ? Math.max(quiet, now + WAITING_LOOK_MS) : quiet;
}

/** Whether nothing is open and the last change is past the retention. */
export function isForgettable(deal: DealState, hasUnsent: boolean, now: number): boolean {
  if (hasUnsent || [...deal.records.values()].some(isOpen)) return false;
  return lastChange(deal) > 0 && now >= lastChange(deal) + RETENTION_MS;
}

/** Whether it was settled so long ago that it is forgotten when the object wakes. */
export function isRetired(record: ActionRecord, now: number): boolean {
  return !isOpen(record) && Date.parse(record.changed_at) + RETENTION_MS <= now;
}

function wakeTime(record: ActionRecord, now: number): number[] {
  return record.snapshot.state === "pending" && isKnown(record) ? pendingTimes(record, now) : [];
}

function pendingTimes({ snapshot }: ActionRecord, now: number): number[] {
  const { due_at, held, action } = snapshot;
  const escalation = escalationAt(snapshot);
  const times = escalation === null ? [] : [escalation];
  // Nothing happens to it by itself, and yet no pending action is ever without an alarm: a look a day costs next to nothing.
  if (due_at === null || (action.approval !== "auto" && action.approval.on_timeout === "wait")) {
    return [...times, now + WAITING_LOOK_MS];
  }
  const due = Date.parse(due_at);
  // Due, and yet it waits: something holds it back, and no time of its own will tell when that ends.
  if (due <= now) return [...times, now + (held === null ? UNASKED_RETRY_MS : HELD_RETRY_MS)];
  return [...times, due];
}
