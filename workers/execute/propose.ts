// Proposes a decided plan to the Deal object of its subject. Rule: the object keeps the first plan of a signal, so a
// redelivery changes nothing; it writes the trail and releases what needs no approval.
import type { DealRpc } from "#contract/deal.ts";
import type { Event } from "#contract/envelope.ts";
import type { PlanDecided } from "#contract/plan-decided.ts";
import { done, type Outcome } from "#runtime/outcome.ts";
import { dealFailure } from "./deal-failure.ts";

export type ProposeDeps = {
  /** A fresh stub for one call: after an exception a stub may stay broken. */
  deal(subject: string): Pick<DealRpc, "propose">;
};

export async function propose(plan: Event<PlanDecided>, deps: ProposeDeps): Promise<Outcome> {
  try {
    await deps.deal(plan.payload.subject).propose(plan);
    return done();
  } catch (error) {
    return dealFailure("proposing the plan", error);
  }
}
