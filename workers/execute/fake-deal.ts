// A Deal object for tests of `execute`: one released action with leases, as the contract describes them, and a switch
// for every way in which the call to it can go wrong.
import type { ActionReleased } from "#contract/action-released.ts";
import type { ActionSnapshot, Undo } from "#contract/action-state.ts";
import { type ClaimResult, type DealRpc, LEASE_SECONDS, type Report, type ReportResult } from "#contract/deal.ts";

export type FakeDeal = Pick<DealRpc, "claim" | "keep" | "report"> & {
  state: "released" | "executing" | "executed" | "failed";
  reports: Report[];
  /** Thrown by the next call of that name, which then does nothing. */
  throwOn: { claim?: Error; keep?: Error; report?: Error };
  /** Answered to the next claim. */
  answerClaim?: ClaimResult;
};

export function fakeDeal(released: ActionReleased, now: () => number): FakeDeal {
  const { action, subject, signal_id } = released;
  const snapshot: ActionSnapshot = {
    action,
    state: "executing",
    version: 1,
    subject,
    subject_name: null,
    signal_id,
    correlation_id: "0af7651916cd43dd8448eb211c80319c",
    proposed_at: released.released_at,
    due_at: null,
    released_by: released.released_by,
    decided_by: null,
    decided_at: null,
    note: null,
    folded_signals: [],
    effect: null,
    error: null,
    shadow: false,
    held: null,
    undo_until: null,
    undo_note: null,
    escalated_to: null,
  };
  let lease: { id: string; untilMs: number } | null = null;
  let leases = 0;
  let kept: Undo | null = null;

  const fake: FakeDeal = {
    state: "released",
    reports: [],
    throwOn: {},

    async claim(): Promise<ClaimResult> {
      const { claim: error } = fake.throwOn;
      delete fake.throwOn.claim;
      if (error !== undefined) throw error;
      if (fake.answerClaim !== undefined) return fake.answerClaim;
      if (fake.state === "executed") return { ok: false, code: "already_done", message: "it was done before" };
      if (lease !== null && lease.untilMs > now()) {
        const wait = Math.ceil((lease.untilMs - now()) / 1000);
        return { ok: false, code: "leased", message: "another delivery holds it", retry_after_seconds: wait };
      }
      const maybeDone = lease !== null;
      leases += 1;
      lease = { id: `lease-${leases}`, untilMs: now() + LEASE_SECONDS * 1000 };
      fake.state = "executing";
      return {
        ok: true,
        lease_id: lease.id,
        lease_until: new Date(lease.untilMs).toISOString(),
        content: action,
        idempotency_key: action.idempotency_key,
        snapshot,
        maybe_done: maybeDone,
        kept,
      };
    },

    async keep(_actionId, leaseId, undo): Promise<ReportResult> {
      const { keep: error } = fake.throwOn;
      delete fake.throwOn.keep;
      if (error !== undefined) throw error;
      if (lease?.id !== leaseId) return { ok: false, code: "not_leased", message: "this lease has ended" };
      kept = undo;
      return { ok: true };
    },

    async report(_actionId, leaseId, report): Promise<ReportResult> {
      const { report: error } = fake.throwOn;
      delete fake.throwOn.report;
      if (error !== undefined) throw error;
      if (lease?.id !== leaseId) return { ok: false, code: "not_leased", message: "this lease has ended" };
      fake.reports.push(report);
      fake.state = report.kind === "executed" ? "executed" : report.kind === "released" ? "released" : "failed";
      lease = null;
      return { ok: true };
    },
  };
  return fake;
}
