// What a failed call means for the event that needed it, in one place for every layer that calls out. Rule: what may
// mend itself is tried again, what only a person can mend becomes a dead letter that says what to do. A call whose
// effect is unknown must be asked about before this is used: here everything transient is simply retried.
import type { CallFailure } from "./http.ts";
import { defer, type Outcome, reject, retry } from "./outcome.ts";
import { CONFIGURATION_PAGE } from "./setting.ts";

const DEFAULT_DEFER_SECONDS = 5;

/**
 * `system` is the outside system's name for people (`HubSpot`); `secret` the variable that holds its credentials, so
 * that a dead letter can name it. Retry-After is obeyed; without it the consume loop backs off by itself.
 */
export function outcomeOf(failure: CallFailure, system: string, secret?: string): Outcome {
  switch (failure.kind) {
    case "no_answer":
      return retry(`${system} did not answer: ${failure.reason}`);
    case "unavailable":
      if (failure.deferred) return defer(failure.reason, failure.retryAfterSeconds ?? DEFAULT_DEFER_SECONDS);
      return retry(`${system} is unavailable: ${failure.reason}`, failure.retryAfterSeconds);
    case "malformed":
      return retry(`${system} answered something it does not promise: ${failure.reason}`);
    case "credentials":
      return reject("credentials", credentialsReason(failure.reason, system, secret));
    case "not_found":
      return reject("rejected_by_upstream", `${system} does not have this record: ${failure.reason}`);
    case "rejected":
      return reject("rejected_by_upstream", `${system} refused the request: ${failure.reason}`);
  }
}

function credentialsReason(reason: string, system: string, secret: string | undefined): string {
  const what = secret === undefined ? "working credentials" : `a working ${secret} with the scopes it needs`;
  return `${system} needs ${what} (see ${CONFIGURATION_PAGE}); set it, then replay this dead letter. ${reason}`;
}
