// Proposes a decided plan to the Deal object of its subject. Rule: the object keeps the first plan of a signal, so a
// redelivery or a replay changes nothing, and the trail says how the signal stands. What the object has to tell, steps and
// releases, it entrusts to this layer, which publishes it before the plan is acknowledged.
import type { DealRpc, ProposeResult } from "#contract/deal.ts";
import type { Event } from "#contract/envelope.ts";
import type { PlanDecided } from "#contract/plan-decided.ts";
import { audit, type StepInput } from "#runtime/audit.ts";
import { done, type Outcome } from "#runtime/outcome.ts";
import { dealFailure } from "./deal-failure.ts";

export type ProposeDeps = {
  /** A fresh stub for one call: after an exception a stub may stay broken. */
  deal(subject: string): Pick<DealRpc, "propose">;
};

export async function propose(plan: Event<PlanDecided>, deps: ProposeDeps): Promise<Outcome> {
  try {
    const { stands, entrusted = [] } = await deps.deal(plan.payload.subject).propose(plan, { publishes: true });
    return done(...entrusted, ...(stands === undefined ? [] : [audit(standing(plan, stands))]));
  } catch (error) {
    return dealFailure("proposing the plan", error);
  }
}

/** A replay said that the signal is in progress again; without this it would stay so for ever. */
function standing(plan: Event<PlanDecided>, { fate, at }: NonNullable<ProposeResult["stands"]>): StepInput {
  return {
    signal_id: plan.payload.signal_id,
    layer: "execute",
    step: "already_proposed",
    at,
    attempt: plan.attempt,
    summary: "A plan for this signal was proposed before and stands; nothing is done twice.",
    fate,
  };
}
