// dead.letter: an event that could not be processed, kept whole with the reason, on the `-dead` queue of its stage.
// Rule: `event` is what arrived, untouched and unparsed, so that a replay after a fix sees exactly that.
import * as z from "zod";
import { Instant } from "./envelope.ts";
import { RawKey } from "./raw-body.ts";

const DEAD_LETTER_CODES = [
  "malformed",
  "unknown_version",
  "unknown_type",
  "rejected_by_upstream",
  "effect_unknown",
  "attempts_exhausted",
  "credentials",
  "invalid_event",
  "crashed",
] as const;

export const DeadLetter = z.object({
  /** The queue on which the event failed; for an event that `ingest` refused, the queue it would have gone to. */
  queue: z.string().max(100),
  stage: z.string().max(40),
  code: z.enum(DEAD_LETTER_CODES),
  /** A sentence for people: what failed, and where in the event. */
  reason: z.string().max(2_000),
  attempts: z.int().positive(),
  signal_id: z.string().max(100).nullable(),
  /** When its first attempt failed, from version 2 on; the same as `failed_at` where that was the only one. */
  first_failed_at: Instant,
  failed_at: Instant,
  /** The raw body that the event is of, where that is kept and the event itself does not name it. */
  raw_ref: RawKey.optional(),
  event: z.unknown(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;
export type DeadLetterCode = DeadLetter["code"];

/** Version 1 told the last failure only, so that is all that is known of the first. */
export function deadLetterFromV1(payload: unknown): unknown {
  if (typeof payload !== "object" || payload === null || !("failed_at" in payload)) return payload;
  return { ...payload, first_failed_at: payload.failed_at };
}
