// The HTTP status of each way a decision can be refused, for the page and for the API alike.
import type { DecisionRefusal } from "./decide-action.ts";

export const REFUSAL_STATUS = {
  not_found: 404,
  wrong_state: 409,
  stale_content: 409,
  invalid_params: 422,
  not_available: 501,
  not_allowed: 403,
  overloaded: 503,
  unreachable: 503,
} as const satisfies Record<DecisionRefusal["code"], number>;
