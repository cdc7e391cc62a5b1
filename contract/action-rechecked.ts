// action.rechecked: an action that is about to run unattended, with the context as it is now, so that `decide` can say
// whether its reason still holds. Rule: the same context as a signal's, and as little a decision.
import * as z from "zod";
import { ActionReleased } from "./action-released.ts";
import { Instant } from "./envelope.ts";
import { AccountContext, DealContext, Degradation } from "./signal-enriched.ts";

export const ActionRechecked = z.object({
  released: ActionReleased,
  deal_context: DealContext.nullable(),
  account_context: AccountContext.nullable(),
  degraded: z.array(Degradation).max(20),
  checked_at: Instant,
});
export type ActionRechecked = z.infer<typeof ActionRechecked>;
