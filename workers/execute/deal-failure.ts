// What to do when a call to a Deal object fails, in one place. Rule: nothing is given up for the platform's sake; the
// event is tried again with a new stub, later when the object is overloaded
// (https://developers.cloudflare.com/durable-objects/best-practices/error-handling).
import { type Outcome, retry } from "#runtime/outcome.ts";

/** An overloaded object needs rest: a quick retry is what keeps it overloaded. */
const OVERLOADED_WAIT_SECONDS = 30;

/** `error` is whatever the stub threw. */
export function dealFailure(doing: string, error: unknown): Outcome {
  const reason = `${doing}: ${String(error)}`.slice(0, 1_000);
  if (has(error, "overloaded")) return retry(`the deal object is overloaded; ${reason}`, OVERLOADED_WAIT_SECONDS);
  if (has(error, "retryable")) return retry(`the deal object can't be reached; ${reason}`);
  return retry(`a bug, or the network: ${reason}`);
}

function has(error: unknown, flag: "overloaded" | "retryable"): boolean {
  return error instanceof Error && Object.entries(error).some(([name, value]) => name === flag && value === true);
}
