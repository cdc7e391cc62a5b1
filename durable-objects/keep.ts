// What a run is about to change, kept before it changes it: the value of a field, which nobody can be asked for after it
// was written. Rules: only the holder of a live lease keeps something, so whoever is told "yes" may go on; it is no step
// of the action, so nothing is told of it.

import type { Undo } from "#contract/action-state.ts";
import type { ReportResult } from "#contract/deal.ts";
import type { DealState, Decided } from "./deal-state.ts";

/** `clock` in milliseconds. */
export function keep(
  deal: DealState,
  actionId: string,
  leaseId: string,
  undo: Undo,
  clock: number,
): Decided<ReportResult> {
  const record = deal.records.get(actionId);
  if (record === undefined) {
    return {
      result: { ok: false, code: "not_found", message: `this object holds no action ${actionId}` },
      change: null,
    };
  }
  const { lease, snapshot } = record;
  const isHeld = snapshot.state === "executing" && lease?.id === leaseId && Date.parse(lease.until) > clock;
  if (!isHeld) return { result: { ok: false, code: "not_leased", message: "this lease has ended" }, change: null };
  const kept = { ...record, kept: undo };
  const records = new Map(deal.records).set(actionId, kept);
  const change = { deal: { ...deal, records }, changed: [kept], forgotten: [], horizonMoved: false, news: [] };
  return { result: { ok: true }, change };
}
