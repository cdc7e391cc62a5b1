// How a follow-up is delivered where nobody says: as the ruleset's defaults do, for rules and the language model alike.
import type { ActionType } from "#contract/action.ts";
import type { Defaults } from "./ruleset.ts";

/** `params` are those of the action, not yet checked; what they say themselves stands. */
export function withDelivery(type: ActionType, params: unknown, { deliver }: Defaults): unknown {
  if (type !== "draft_followup" || typeof params !== "object" || params === null) return params;
  return { deliver, ...params };
}
