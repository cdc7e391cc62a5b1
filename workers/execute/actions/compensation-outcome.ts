// What became of one attempt to take an effect back. Rule: what is left to do by hand is said exactly; a system that
// shows the effect to be gone already has been compensated, whoever did it.
import type { CallFailure } from "#runtime/http.ts";
import type { ActionSettings } from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import { callFailed } from "./call-failure.ts";

export type CompensationOutcome =
  | { kind: "compensated"; summary: string }
  | { kind: "compensation_failed"; reason: string; remains: string }
  | Extract<ActionOutcome, { kind: "retry" | "credentials" | "malformed" }>;

/** A failed call of a compensation. Taking back is repeated safely, so an unknown end is only a retry. */
export function takingBackFailed(
  failure: CallFailure,
  remains: string,
  secret: keyof ActionSettings,
): CompensationOutcome {
  const failed = callFailed(failure, "effect", secret);
  if (failed.kind === "retry" || failed.kind === "credentials") return failed;
  return { kind: "compensation_failed", reason: failure.reason, remains };
}
