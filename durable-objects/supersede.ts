// What a newer signal makes moot. Rule: only actions whose signal fired strictly before the horizon, and only while
// surely nothing happened outside; an action that is executing keeps going and reports what it did.
import { BY_SIGNAL } from "./action-change.ts";
import type { ActionRecord } from "./action-record.ts";
import { actionTitle } from "./action-title.ts";
import type { WorkingCopy } from "./deal-state.ts";

/** Whether the record's signal fired before the one that made older actions moot. */
export function isMoot(work: WorkingCopy, record: ActionRecord): boolean {
  const horizon = work.horizon();
  return horizon !== null && record.fired_at < horizon.fired_at;
}

/** Supersedes the record when it is moot and the machine allows it; else changes nothing. */
export function supersede(work: WorkingCopy, record: ActionRecord): void {
  const reason = work.horizon()?.reason;
  if (reason !== undefined && isMoot(work, record)) end(work, record, reason);
}

/** Supersedes the record for `reason` when the machine allows it; else changes nothing. */
export function end(work: WorkingCopy, record: ActionRecord, reason: string): void {
  work.apply(record, { kind: "supersede", reason }, ({ snapshot }) => ({
    step: "superseded",
    summary: `The ${actionTitle(snapshot.action)} was superseded by a newer signal: ${reason}`,
    actor: BY_SIGNAL,
  }));
}
