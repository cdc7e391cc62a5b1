// What a batch of audit steps becomes in D1: the trail, and the two read models projected from it. Pure. Rule: rows
// depend on the steps alone, never on the time or order of arrival, so a redelivered batch writes the same rows.
import type { AuditStep } from "#contract/audit-step.ts";
import type { Event } from "#contract/envelope.ts";
import type { approvals, signals, trail } from "#contract/tables.ts";
import { type FateRow, prevailingFates } from "./fates.ts";

export type TrailRow = typeof trail.$inferSelect;
export type SignalRow = typeof signals.$inferSelect;
type ApprovalRow = typeof approvals.$inferSelect;

export type StepRows = {
  trail: TrailRow[];
  /** Signals whose `received` step is here, with what the batch knows of their fate. */
  signals: SignalRow[];
  /** Fates given by other steps than `received`; the row of such a signal may not exist yet. */
  fates: FateRow[];
  approvals: ApprovalRow[];
};

export function stepRows(events: readonly Event<AuditStep>[]): StepRows {
  const fates = prevailingFates(events.flatMap(fateOf));
  const fateBySignal = new Map(fates.map((row) => [row.signal_id, row]));
  const signalRows = new Map<string, SignalRow>();
  for (const event of events) {
    if (event.payload.signal === null || signalRows.has(event.payload.signal_id)) continue;
    const { received_at } = event.payload.signal;
    const { fate, fate_at } = fateBySignal.get(event.payload.signal_id) ?? {
      fate: "in_progress",
      fate_at: received_at,
    };
    const { signal_id, signal } = event.payload;
    signalRows.set(signal_id, { signal_id, correlation_id: event.correlation_id, ...signal, fate, fate_at });
  }
  return { trail: events.map(trailRow), signals: [...signalRows.values()], fates, approvals: newestSnapshots(events) };
}

function trailRow({ payload, ...envelope }: Event<AuditStep>): TrailRow {
  return {
    signal_id: payload.signal_id,
    at: payload.at,
    event_id: envelope.event_id,
    correlation_id: envelope.correlation_id,
    layer: payload.layer,
    step: payload.step,
    attempt: payload.attempt,
    duration_ms: payload.duration_ms === null ? null : Math.round(payload.duration_ms),
    summary: payload.summary,
    actor: payload.actor === null ? null : JSON.stringify(payload.actor),
    data: payload.data === null ? null : JSON.stringify(payload.data),
  };
}

function fateOf({ payload, correlation_id }: Event<AuditStep>): FateRow[] {
  if (payload.fate === null || payload.signal !== null) return [];
  return [{ signal_id: payload.signal_id, correlation_id, fate: payload.fate, fate_at: payload.at }];
}

/** Of several snapshots of one action only the newest is written. */
function newestSnapshots(events: readonly Event<AuditStep>[]): ApprovalRow[] {
  const byAction = new Map<string, ApprovalRow>();
  for (const { payload } of events) {
    const snapshot = payload.action;
    if (snapshot === null) continue;
    const { action } = snapshot;
    if ((byAction.get(action.action_id)?.version ?? 0) >= snapshot.version) continue;
    byAction.set(action.action_id, {
      action_id: action.action_id,
      version: snapshot.version,
      subject: snapshot.subject,
      signal_id: snapshot.signal_id,
      owner_email: action.owner?.email ?? null,
      type: action.type,
      state: snapshot.state,
      due_at: snapshot.due_at,
      updated_at: payload.at,
      snapshot: JSON.stringify(snapshot),
    });
  }
  return [...byAction.values()];
}
