// The claim: `execute` asks for the right to perform a released action and gets a lease. Rules: one live lease an
// action; a claim after a lease that ended without a report is told `maybe_done`, because the earlier run may have had
// its effect before it died, and must ask the outside system before it acts; an unattended release that waited on its
// queue (an outside system was down) passes the gate once more, so that a pause stops it, too.

import type { ActionState } from "#contract/action-state.ts";
import type { ControlsView } from "#contract/controls.ts";
import { type ClaimResult, LEASE_SECONDS } from "#contract/deal.ts";
import { BY_EXECUTE, BY_POLICY } from "./action-change.ts";
import type { ActionRecord } from "./action-record.ts";
import { actionTitle } from "./action-title.ts";
import { type DealState, type Decided, type WorkingCopy, workOn } from "./deal-state.ts";
import { FREE, holdOf } from "./gate.ts";

const DONE: ReadonlySet<ActionState> = new Set(["executed", "compensated", "compensation_failed"]);

/** The gate said yes when it was released; a claim within this time need not ask again. */
const FRESH_MS = 10_000;

/** While the controls can't be asked, and for an action whose machine can't call a release back. */
const ASK_AGAIN_SECONDS = 60;

/** Whether the controls have to be asked before this claim: it would run unattended, and was not released just now. */
export function isToBeAskedAgain(deal: DealState, actionId: string, now: number): boolean {
  const record = deal.records.get(actionId);
  if (record === undefined || record.maybe_done || record.released_at === null) return false;
  const { state, released_by } = record.snapshot;
  return state === "released" && released_by !== "approval" && Date.parse(record.released_at) + FRESH_MS <= now;
}

/**
 * `clock` in milliseconds; `leaseId` is new and unguessable; `controls` is null when they can't be asked: then nothing
 * that waited runs unattended.
 */
export function claim(
  deal: DealState,
  actionId: string,
  leaseId: string,
  clock: number,
  leaseSeconds: number = LEASE_SECONDS,
  controls: ControlsView | null = FREE,
): Decided<ClaimResult> {
  const work = workOn(deal, clock);
  const record = work.get(actionId);
  if (record === undefined) {
    const message = `this object holds no action ${actionId}; it was never proposed here or is forgotten by now`;
    return work.finish({ ok: false, code: "not_found", message });
  }
  if (record.erased) return work.finish({ ok: false, code: "moot", message: "its content was erased" });
  const late = isToBeAskedAgain(deal, actionId, work.now) ? callBack(work, record, controls) : null;
  if (late !== null) return work.finish(late);
  const lease = { id: leaseId, until: new Date(work.now + leaseSeconds * 1000).toISOString() };
  const outcome = work.apply(record, { kind: "claim", lease }, (after) => ({
    step: "claimed",
    summary: `The ${actionTitle(after.snapshot.action)} was claimed to be ${isTakenBack(after) ? "taken back" : "run"}.`,
    actor: BY_EXECUTE,
    data: { lease_until: lease.until, maybe_done: after.maybe_done },
  }));
  if (!outcome.ok) return work.finish(refusal(record, outcome.message, work.now));
  const { snapshot, maybe_done, kept } = outcome.record;
  return work.finish({
    ok: true,
    lease_id: lease.id,
    lease_until: lease.until,
    content: snapshot.action,
    idempotency_key: snapshot.action.idempotency_key,
    snapshot,
    maybe_done,
    operation: isTakenBack(outcome.record) ? "compensate" : "perform",
    kept,
  });
}

/** The refusal of a release that must not run unattended any more; null when it may. */
function callBack(work: WorkingCopy, record: ActionRecord, controls: ControlsView | null): ClaimResult | null {
  const held = holdOf(record.snapshot, controls, work.now);
  if (held === null) return null;
  const message = `it is held back: ${held.reason}`;
  const later = { ok: false, code: "leased", message, retry_after_seconds: ASK_AGAIN_SECONDS } as const;
  if (controls === null) return later;
  const outcome = work.apply(record, { kind: "hold", held }, ({ snapshot }) => ({
    step: "held",
    summary: `The ${actionTitle(snapshot.action)} had not run yet and is held back: ${held.reason}.`,
    actor: BY_POLICY,
    data: { ...held },
  }));
  return outcome.ok ? { ok: false, code: "moot", message } : later;
}

function isTakenBack({ snapshot }: ActionRecord): boolean {
  return snapshot.state === "compensating";
}

function refusal({ snapshot, lease }: ActionRecord, message: string, now: number): ClaimResult {
  if (DONE.has(snapshot.state)) return { ok: false, code: "already_done", message };
  const isLeased = snapshot.state === "executing" || snapshot.state === "compensating";
  if (!isLeased || lease === null) return { ok: false, code: "moot", message };
  const retryAfterSeconds = Math.max(1, Math.ceil((Date.parse(lease.until) - now) / 1000));
  return { ok: false, code: "leased", message, retry_after_seconds: retryAfterSeconds };
}
