// How a failed call becomes the fate of an attempt, in one place for all adapters. Rule: what the call was for decides.
// A failed preparation did nothing, a failed effect may have happened, and a failed look-up leaves the earlier attempt
// as unknown as it was.
import type { CallFailure } from "#runtime/http.ts";
import { CONFIGURATION_PAGE } from "#runtime/setting.ts";
import type { ActionSettings } from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";

export type CallPurpose = "preparation" | "effect" | "lookup";

/** `secret` is the setting that a person has to check when the system refuses our credentials. */
export function callFailed(failure: CallFailure, purpose: CallPurpose, secret: keyof ActionSettings): ActionOutcome {
  const { reason } = failure;
  switch (failure.kind) {
    case "no_answer":
    case "malformed":
      return { kind: "retry", reason, afterSeconds: null, effectUnknown: purpose !== "preparation" };
    case "unavailable": {
      const effectUnknown = purpose === "lookup" || (purpose === "effect" && failure.effectUnknown);
      const deferred = failure.deferred ? { deferred: true } : {};
      return { kind: "retry", reason, afterSeconds: failure.retryAfterSeconds, effectUnknown, ...deferred };
    }
    case "credentials":
      return {
        kind: "credentials",
        reason: `${reason}. Check ${secret} (${CONFIGURATION_PAGE}#${secret.toLowerCase()}), then replay this action.`,
      };
    case "not_found":
    case "rejected":
      if (purpose !== "lookup") return { kind: "rejected", reason };
      return { kind: "unknown", reason: `an earlier attempt may have succeeded and can't be looked up: ${reason}` };
  }
}
