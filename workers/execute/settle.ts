// What an adapter's answer means for the Deal object and for the event: the report to make, or null to let the lease run
// out, and the event's outcome. Rule: an attempt that did nothing does not settle the doubt that an earlier one left.
import { type ClaimResult, LEASE_SECONDS, type Report } from "#contract/deal.ts";
import { MAX_ATTEMPTS } from "#contract/queues.ts";
import { defer, done, type Outcome, reject, retry } from "#runtime/outcome.ts";
import type { ActionOutcome } from "./actions/action-outcome.ts";
import type { CompensationOutcome } from "./actions/compensation-outcome.ts";

type Claim = Pick<Extract<ClaimResult, { ok: true }>, "maybe_done">;
export type Settled = { report: Report | null; outcome: Outcome };

/** By then the lease of this attempt has ended. */
const AFTER_LEASE_SECONDS = LEASE_SECONDS + 5;

export function settle(result: ActionOutcome, claim: Claim, attempt: number): Settled {
  if (result.kind === "executed") return { report: result, outcome: done() };
  const reason = result.reason.slice(0, 1_900);
  const failed = { kind: "failed", reason } as const;
  const givenBack = claim.maybe_done ? null : ({ kind: "released", reason } as const);
  switch (result.kind) {
    case "retry": {
      const isDoubtful = result.effectUnknown || givenBack === null;
      const afterSeconds = isDoubtful ? Math.max(result.afterSeconds ?? 0, AFTER_LEASE_SECONDS) : result.afterSeconds;
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

/** Taking back is repeated safely, so an attempt that did not end is simply tried again. */
export function settleCompensation(result: CompensationOutcome, claim: Claim, attempt: number): Settled {
  switch (result.kind) {
    case "compensated":
    case "compensation_failed":
      return { report: result, outcome: done() };
    case "malformed": {
      const remains = "the effect is still there; take it back by hand";
      return { report: { kind: "compensation_failed", reason: result.reason, remains }, outcome: done() };
    }
    default:
      return settle(result, claim, attempt);
  }
}
