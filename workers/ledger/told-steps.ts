// What a batch of audit steps tells, ready to be merged into what is kept. Pure. Rule: it depends on the steps alone,
// never on the time or order of arrival, so a redelivered batch tells the same.
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { AuditStep, SignalSummary } from "#contract/audit-step.ts";
import type { Event } from "#contract/envelope.ts";
import type { ToldStep } from "#contract/kept-step.ts";
import type { approvals } from "#contract/tables.ts";
import { storableText } from "./json-arrays.ts";

export type Told = {
  signal_id: string;
  correlation_id: string;
  step: ToldStep;
  /** What the signal is about; on `received`. */
  opens: SignalSummary | null;
  action: ActionSnapshot | null;
  /** Operations of the platform that came with it. */
  usage?: Readonly<Record<string, number>>;
};

export function toldSteps(events: readonly Event<AuditStep>[]): Told[] {
  return events.map(({ payload, ...envelope }) => ({
    signal_id: payload.signal_id,
    correlation_id: envelope.correlation_id,
    opens: payload.signal,
    action: payload.action,
    ...(envelope.usage !== undefined && { usage: envelope.usage }),
    step: {
      event_id: envelope.event_id,
      at: payload.at,
      layer: payload.layer,
      step: payload.step,
      attempt: payload.attempt,
      duration_ms: payload.duration_ms === null ? null : Math.round(payload.duration_ms),
      schema_version: envelope.schema_version,
      ...(envelope.code_version !== undefined && { code_version: envelope.code_version }),
      fate: payload.fate,
      summary: storableText(payload.summary),
      actor: payload.actor,
      data: payload.data,
    },
  }));
}

export type ApprovalRow = typeof approvals.$inferSelect;

/** Of several snapshots of one action only the newest is written. */
export function newestSnapshots(told: readonly Told[]): ApprovalRow[] {
  const byAction = new Map<string, ApprovalRow>();
  for (const { action: snapshot, step } of told) {
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
      updated_at: step.at,
      snapshot: JSON.stringify(snapshot),
    });
  }
  return [...byAction.values()];
}
