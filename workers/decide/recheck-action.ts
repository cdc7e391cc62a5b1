// An action that is about to run unattended: does its reason still hold? Rule: the verdict travels with the action, and
// the Deal object has the last word over what becomes of it.
import type { ActionRechecked } from "#contract/action-rechecked.ts";
import type { Event } from "#contract/envelope.ts";
import { actionReleased } from "#contract/messages.ts";
import { recheck } from "#rules/recheck.ts";
import { audit } from "#runtime/audit.ts";
import { done, emission, type Outcome } from "#runtime/outcome.ts";

/** `now`: milliseconds since 1970. */
export async function recheckAction({ payload, attempt }: Event<ActionRechecked>, now: () => number): Promise<Outcome> {
  const startedAt = now();
  const validity = recheck(payload, startedAt);
  const { released } = payload;
  const { action_id, still_valid } = released.action;
  const step = audit({
    signal_id: released.signal_id,
    layer: "decide",
    step: "rechecked",
    at: validity.checked_at,
    attempt,
    duration_ms: now() - startedAt,
    summary: validity.reason,
    data: { action_id, still_valid, holds: validity.holds, degraded: payload.degraded },
  });
  return done(emission("actions", actionReleased, { ...released, validity }), step);
}
