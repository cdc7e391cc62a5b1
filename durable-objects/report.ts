// What became of a claimed action. Rules: whoever reports an effect is believed unless the action is settled, lease or
// not, because the effect did happen; everything else counts only from the holder of the lease; the same report twice
// is one report.

import type { ActionState } from "#contract/action-state.ts";
import type { ControlsView } from "#contract/controls.ts";
import type { Report, ReportResult } from "#contract/deal.ts";
import { undoTerms } from "#contract/undo.ts";
import { BY_EXECUTE } from "./action-change.ts";
import type { ActionEvent } from "./action-event.ts";
import type { ActionRecord } from "./action-record.ts";
import { actionTitle } from "./action-title.ts";
import { type DealState, type Decided, type Telling, workOn } from "./deal-state.ts";
import { FREE } from "./gate.ts";
import { advancePlans } from "./saga.ts";
import { supersede } from "./supersede.ts";

/** `clock` in milliseconds; `controls` say whether the next step of an atomic plan may run. */
export function report(
  deal: DealState,
  actionId: string,
  leaseId: string,
  reported: Report,
  clock: number,
  controls: ControlsView | null = FREE,
): Decided<ReportResult> {
  const work = workOn(deal, clock);
  const record = work.get(actionId);
  if (record === undefined) {
    return work.finish({ ok: false, code: "not_found", message: `this object holds no action ${actionId}` });
  }
  const told = asItsMachineKnows(record, reported);
  if (isRepeated(record, leaseId, told)) return work.finish({ ok: true });
  const outcome = work.apply(record, eventOf(told, leaseId, record), (after) => reportStep(told, after));
  if (!outcome.ok) return work.finish({ ok: false, code: "not_leased", message: outcome.message });
  // A newer signal may have made the action moot while it was executing; given back, it must not run again.
  if (told.kind === "released" || told.kind === "unverified") supersede(work, outcome.record);
  advancePlans(work, controls);
  return work.finish({ ok: true });
}

const SETTLES = {
  executed: ["executed"],
  failed: ["failed", "compensation_failed"],
  released: ["released"],
  invalidated: ["superseded"],
  unverified: ["pending"],
  unknown: ["unknown", "compensation_failed"],
  compensated: ["compensated"],
  compensation_failed: ["compensation_failed"],
} as const satisfies Record<Report["kind"], readonly ActionState[]>;

/** The first machine has no way back to a person; what nobody can vouch for does not run there either. */
function asItsMachineKnows({ machine_version }: ActionRecord, told: Report): Report {
  return machine_version === 1 && told.kind === "unverified" ? { kind: "invalidated", reason: told.reason } : told;
}

/** The answer to the first report was lost on its way and the caller tells it again. */
function isRepeated({ snapshot, lease }: ActionRecord, leaseId: string, told: Report): boolean {
  const settled: readonly ActionState[] = SETTLES[told.kind];
  return lease?.id === leaseId && settled.includes(snapshot.state);
}

function eventOf(told: Report, leaseId: string, { snapshot }: ActionRecord): ActionEvent {
  // A compensation that failed, or nobody knows of, leaves the effect; a person looks.
  if (snapshot.state === "compensating" && (told.kind === "failed" || told.kind === "unknown")) {
    const remains = undoTerms(snapshot.action).by_hand;
    return { kind: "compensation_failed", lease_id: leaseId, reason: told.reason, remains };
  }
  switch (told.kind) {
    case "executed":
      return { kind: "report_executed", lease_id: leaseId, effect: told.effect };
    case "failed":
      return { kind: "report_failed", lease_id: leaseId, reason: told.reason };
    case "released":
      return { kind: "report_released", lease_id: leaseId, reason: told.reason };
    case "invalidated":
      return { kind: "report_invalidated", lease_id: leaseId, reason: told.reason };
    case "unverified":
      return { kind: "report_unverified", lease_id: leaseId, reason: told.reason };
    case "unknown":
      return { kind: "report_unknown", lease_id: leaseId, reason: told.reason };
    case "compensated":
      return { kind: "compensation_succeeded", lease_id: leaseId };
    case "compensation_failed":
      return { kind: "compensation_failed", lease_id: leaseId, reason: told.reason, remains: told.remains };
  }
}

function reportStep(told: Report, { snapshot }: ActionRecord): Telling {
  const actor = BY_EXECUTE;
  const title = `The ${actionTitle(snapshot.action)}`;
  if (snapshot.state === "compensation_failed") {
    return { actor, step: "compensation_failed", summary: `${title} could not be taken back: ${snapshot.error}` };
  }
  switch (told.kind) {
    case "executed":
      return { actor, step: "executed", summary: `${title} was done: ${told.effect.summary}` };
    case "failed":
      return { actor, step: "failed", summary: `${title} failed for good: ${told.reason}` };
    case "released":
      return { actor, step: "released", summary: `${title} will be tried again: ${told.reason}` };
    case "invalidated":
      return { actor, step: "superseded", summary: `${title} no longer holds: ${told.reason}` };
    case "unverified":
      return { actor, step: "held", summary: `${title} waits for a person: ${told.reason}` };
    case "unknown":
      return { actor, step: "unknown", summary: `${title} may have happened; a person has to look: ${told.reason}` };
    case "compensated":
      return { actor, step: "compensated", summary: `${title} was taken back: ${told.summary}` };
    case "compensation_failed":
      return { actor, step: "compensation_failed", summary: `${title} could not be taken back: ${told.reason}` };
  }
}
