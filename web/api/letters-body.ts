// What dead letters are replayed, discarded and mended with; the API parses it and the OpenAPI document shows it.
import * as z from "zod";
import { Instant } from "#contract/envelope.ts";

/** Every open letter that is all of this; an empty filter is every open letter. */
export const LetterFilter = z.strictObject({
  letter_ids: z.array(z.string().max(100)).max(500).optional(),
  fingerprint: z.string().max(100).optional(),
  queue: z.string().max(100).optional(),
  stage: z.string().max(40).optional(),
  code: z.string().max(40).optional(),
  /** Failed at `from` or later, before `to`. */
  from: Instant.optional(),
  to: Instant.optional(),
});
export type LetterFilter = z.infer<typeof LetterFilter>;

export const ReplayLettersBody = z.strictObject({
  filter: LetterFilter,
  /** From the stage that failed, with the decisions of then; or from the raw body, with the rules of now. */
  how: z.enum(["stage", "raw"]).default("stage"),
  /** Only says how many there are and what has already happened. */
  dry_run: z.boolean().default(false),
});

export const DiscardBody = z.strictObject({ filter: LetterFilter, reason: z.string().trim().min(1).max(2_000) });

export const MendBody = z.strictObject({
  event: z.record(z.string(), z.unknown()),
  note: z.string().trim().min(1).max(2_000),
});
