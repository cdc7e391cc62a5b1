// What became of a claimed action. Rules: whoever reports an effect is believed unless the action is settled, lease or
// not, because the effect did happen; everything else counts only from the holder of the lease; the same report twice
// is one report.

import type { Report, ReportResult } from "#contract/deal.ts";
import { BY_EXECUTE } from "./action-change.ts";
import type { ActionEvent } from "./action-event.ts";
import type { ActionRecord } from "./action-record.ts";
import { actionTitle } from "./action-title.ts";
import { type DealState, type Decided, type Telling, workOn } from "./deal-state.ts";
import { supersede } from "./supersede.ts";

/** `clock` in milliseconds. */
export function report(
  deal: DealState,
  actionId: string,
  leaseId: string,
  told: Report,
  clock: number,
): Decided<ReportResult> {
  const work = workOn(deal, clock);
  const record = work.get(actionId);
  if (record === undefined) {
    return work.finish({ ok: false, code: "not_found", message: `this object holds no action ${actionId}` });
  }
  if (isRepeated(record, leaseId, told)) return work.finish({ ok: true });
  const outcome = work.apply(record, eventOf(told, leaseId), (after) => reportStep(told, after));
  if (!outcome.ok) return work.finish({ ok: false, code: "not_leased", message: outcome.message });
  // A newer signal may have made the action moot while it was executing; given back, it must not run again.
  if (told.kind === "released") supersede(work, outcome.record);
  return work.finish({ ok: true });
}

const SETTLES = { executed: "executed", failed: "failed", released: "released", invalidated: "superseded" } as const;

/** The answer to the first report was lost on its way and the caller tells it again. */
function isRepeated({ snapshot, lease }: ActionRecord, leaseId: string, told: Report): boolean {
  return lease?.id === leaseId && snapshot.state === SETTLES[told.kind];
}

function eventOf(told: Report, leaseId: string): ActionEvent {
  switch (told.kind) {
    case "executed":
      return { kind: "report_executed", lease_id: leaseId, effect: told.effect };
    case "failed":
      return { kind: "report_failed", lease_id: leaseId, reason: told.reason };
    case "released":
      return { kind: "report_released", lease_id: leaseId, reason: told.reason };
    case "invalidated":
      return { kind: "report_invalidated", lease_id: leaseId, reason: told.reason };
  }
}

function reportStep(told: Report, { snapshot }: ActionRecord): Telling {
  const actor = BY_EXECUTE;
  const title = `The ${actionTitle(snapshot.action)}`;
  switch (told.kind) {
    case "executed":
      return { actor, step: "executed", summary: `${title} was done: ${told.effect.summary}` };
    case "failed":
      return { actor, step: "failed", summary: `${title} failed for good: ${told.reason}` };
    case "released":
      return { actor, step: "released", summary: `${title} will be tried again: ${told.reason}` };
    case "invalidated":
      return { actor, step: "superseded", summary: `${title} no longer holds: ${told.reason}` };
  }
}
