// Whether the reason of an action still holds, just before it would run unattended. Rules: asks only what was written
// into the action when it was decided, of context as it is now; what can't be asked is not known, never false.
import type { ActionRechecked } from "#contract/action-rechecked.ts";
import type { Validity } from "#contract/action-released.ts";
import { validityContextOf } from "./context.ts";
import { compileExpression } from "./expression.ts";
import { validityEnvironment } from "./vocabulary.ts";

const MAX_REASON = 1_000;
const environment = validityEnvironment();

/** `nowMs`: milliseconds since 1970. Never throws. */
export function recheck({ released, ...fresh }: ActionRechecked, nowMs: number): Validity {
  const answer = (holds: boolean | null, reason: string): Validity => {
    return { holds, reason: reason.slice(0, MAX_REASON), checked_at: new Date(nowMs).toISOString() };
  };
  const { still_valid: condition } = released.action;
  if (condition === null) return answer(true, "Nothing was to be checked.");
  const compiled = compileExpression(environment, condition);
  if (!compiled.ok) return answer(null, `The condition does not compile: ${compiled.mistake.message}.`);
  // Without the deal `has(deal.id)` would say that there is none, which is more than anybody knows.
  const missing = fresh.degraded.filter(({ missing: part }) => part === "deal_context");
  if (fresh.deal_context === null && missing.length > 0)
    return answer(null, `The deal could not be read: ${missing.map(({ reason }) => reason).join("; ")}.`);
  const result = compiled.expression.evaluate(validityContextOf(fresh, nowMs));
  if (!result.ok) return answer(null, `The condition could not be evaluated: ${result.reason}.`);
  if (typeof result.value !== "boolean") return answer(null, "The condition answers neither true nor false.");
  return answer(result.value, result.value ? `It still holds: ${condition}` : `It no longer holds: ${condition}`);
}
