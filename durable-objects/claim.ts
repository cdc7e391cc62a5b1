// The claim: `execute` asks for the right to perform a released action and gets a lease. Rules: one live lease an
// action; a claim after a lease that ended without a report is told `maybe_done`, because the earlier run may have had
// its effect before it died, and must ask the outside system before it acts.

import type { ActionState } from "#contract/action-state.ts";
import { type ClaimResult, LEASE_SECONDS } from "#contract/deal.ts";
import { BY_EXECUTE } from "./action-change.ts";
import type { ActionRecord } from "./action-record.ts";
import { actionTitle } from "./action-title.ts";
import { type DealState, type Decided, workOn } from "./deal-state.ts";

const DONE: ReadonlySet<ActionState> = new Set(["executed", "compensated", "compensation_failed"]);

/** `clock` in milliseconds; `leaseId` is new and unguessable. */
export function claim(deal: DealState, actionId: string, leaseId: string, clock: number): Decided<ClaimResult> {
  const work = workOn(deal, clock);
  const record = work.get(actionId);
  if (record === undefined) {
    const message = `this object holds no action ${actionId}; it was never proposed here or is forgotten by now`;
    return work.finish({ ok: false, code: "not_found", message });
  }
  if (record.erased) return work.finish({ ok: false, code: "moot", message: "its content was erased" });
  const lease = { id: leaseId, until: new Date(work.now + LEASE_SECONDS * 1000).toISOString() };
  const outcome = work.apply(record, { kind: "claim", lease }, (after) => ({
    step: "claimed",
    summary: `The ${actionTitle(after.snapshot.action)} was claimed to be ${isTakenBack(after) ? "taken back" : "run"}.`,
    actor: BY_EXECUTE,
    data: { lease_until: lease.until, maybe_done: after.maybe_done },
  }));
  if (!outcome.ok) return work.finish(refusal(record, outcome.message, work.now));
  const { snapshot, maybe_done } = outcome.record;
  return work.finish({
    ok: true,
    lease_id: lease.id,
    lease_until: lease.until,
    content: snapshot.action,
    idempotency_key: snapshot.action.idempotency_key,
    snapshot,
    maybe_done,
    operation: isTakenBack(outcome.record) ? "compensate" : "perform",
  });
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
