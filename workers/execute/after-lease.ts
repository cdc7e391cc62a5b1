// How long to wait until the lease of an attempt is over. Rule: what an attempt left in doubt is looked at under the next
// claim, which is had only then.
import type { ClaimResult } from "#contract/deal.ts";

/** Two machines' clocks, and the way to the object. */
const SLACK_SECONDS = 5;

/** Whole seconds from `nowMs`, in epoch milliseconds; never less than the slack. */
export function afterLease(claim: Pick<Extract<ClaimResult, { ok: true }>, "lease_until">, nowMs: number): number {
  return Math.max(0, Math.ceil((Date.parse(claim.lease_until) - nowMs) / 1_000)) + SLACK_SECONDS;
}
