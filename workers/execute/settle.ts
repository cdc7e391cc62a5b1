// What an adapter's answer means for the Deal object and for the event: the report to make, or null to let the lease run
// out, and the event's outcome. Rule: an attempt that did nothing does not settle the doubt that an earlier one left.
import type { ClaimResult, Report } from "#contract/deal.ts";
import { MAX_ATTEMPTS } from "#contract/queues.ts";
import { undoTerms } from "#contract/undo.ts";
import { defer, done, type Outcome, reject, retry } from "#runtime/outcome.ts";
import type { ActionOutcome } from "./actions/action-outcome.ts";
import type { CompensationOutcome } from "./actions/compensation-outcome.ts";
import { afterLease } from "./after-lease.ts";

type Claim = Pick<Extract<ClaimResult, { ok: true }>, "content" | "lease_until" | "maybe_done">;
export type Settled = { report: Report | null; outcome: Outcome };

/** `attempt` counts the event's; `nowMs` is when the adapter answered, in epoch milliseconds. */
export function settle(result: ActionOutcome, claim: Omit<Claim, "content">, attempt: number, nowMs: number): Settled {
  if (result.kind === "executed") return { report: result, outcome: done() };
  const reason = result.reason.slice(0, 1_900);
  const failed = { kind: "failed", reason } as const;
  const givenBack = claim.maybe_done ? null : ({ kind: "released", reason } as const);
  switch (result.kind) {
    case "retry": {
      const isDoubtful = result.effectUnknown || givenBack === null;
      const afterSeconds = isDoubtful
        ? Math.max(result.afterSeconds ?? 0, afterLease(claim, nowMs))
        : result.afterSeconds;
      if (result.deferred) return { report: isDoubtful ? null : givenBack, outcome: defer(reason, afterSeconds ?? 1) };
      if (isDoubtful) return { report: null, outcome: retry(reason, afterSeconds) };
      return { report: attempt < MAX_ATTEMPTS ? givenBack : failed, outcome: retry(reason, afterSeconds) };
    }
    case "credentials":
      return { report: givenBack, outcome: reject("credentials", reason) };
    case "unknown":
      return { report: { kind: "unknown", reason }, outcome: done() };
    case "rejected":
      return { report: failed, outcome: reject("rejected_by_upstream", reason) };
    case "malformed":
      return { report: failed, outcome: reject("malformed", reason) };
    case "unsupported":
      return { report: failed, outcome: reject("unknown_type", reason) };
  }
}

/**
 * Taking back is repeated safely, so an attempt of unknown end is simply made again; when the last one is used up a person
 * is told what is left, and the other steps of its plan go on.
 */
export function settleCompensation(
  result: CompensationOutcome,
  { content, lease_until }: Omit<Claim, "maybe_done">,
  attempt: number,
  nowMs: number,
): Settled {
  const claim = { lease_until, maybe_done: false };
  const failed = (reason: string): Settled => {
    const remains = undoTerms(content).by_hand;
    return { report: { kind: "compensation_failed", reason: reason.slice(0, 1_900), remains }, outcome: done() };
  };
  switch (result.kind) {
    case "compensated":
    case "compensation_failed":
      return { report: result, outcome: done() };
    case "malformed":
      return failed(result.reason);
    case "retry":
      if (!result.deferred && attempt >= MAX_ATTEMPTS) return failed(result.reason);
      return settle({ ...result, effectUnknown: false }, claim, attempt, nowMs);
    case "credentials":
      return settle(result, claim, attempt, nowMs);
  }
}
