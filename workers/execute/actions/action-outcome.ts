// What became of one attempt at one action: every fate that an adapter can give it, named for what `execute` does next.
// Rule: an adapter that can't tell whether its effect happened says so; it never guesses and never throws.
import type { Effect } from "#contract/action-state.ts";

export type ActionOutcome =
  /** It happened, now or in an earlier attempt that was found again. */
  | { kind: "executed"; effect: Effect }
  /**
   * It will be tried again; null seconds mean the usual backoff. `effectUnknown`: it may have happened, ask first.
   * `deferred`: a limit or an open breaker held the call back, which uses up no attempt.
   */
  | { kind: "retry"; reason: string; afterSeconds: number | null; effectUnknown: boolean; deferred?: boolean }
  /** The system refused it for good, in its own words. */
  | { kind: "rejected"; reason: string }
  /** A secret or setting is missing, wrong or expired: the reason names it. */
  | { kind: "credentials"; reason: string }
  /** It may have happened and the system can't be asked: parked for a person, never repeated blindly. */
  | { kind: "unknown"; reason: string }
  /** No adapter performs this type of action in this system. */
  | { kind: "unsupported"; reason: string }
  /** The content is not what this type of action needs. */
  | { kind: "malformed"; reason: string };
