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

/** An empty form field is no filter. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (typeof value === "string" && value.trim() === "" ? undefined : value), schema.optional());

const Day = z.iso.date().transform((day) => `${day}T00:00:00.000Z`);

/** The filter as it stands in a URL; a plain day is its first moment, in UTC. */
export const LetterQuery = z.object({
  fingerprint: optional(z.string().max(100)),
  queue: optional(z.string().max(100)),
  stage: optional(z.string().max(40)),
  code: optional(z.string().max(40)),
  from: optional(z.union([Instant, Day])),
  to: optional(z.union([Instant, Day])),
});

/**
 * From the stage that failed, where what was decided stays so and the rest is decided by the rules of now, or of then; or
 * from the raw body, with the rules of now.
 */
export const ReplayHow = z.enum(["stage", "stage_then", "raw"]);
export type ReplayHow = z.infer<typeof ReplayHow>;

export const ReplayLettersBody = z.strictObject({
  filter: LetterFilter,
  how: ReplayHow.default("stage"),
  /** Only says how many there are and what has already happened. */
  dry_run: z.boolean().default(false),
});

export const DiscardBody = z.strictObject({ filter: LetterFilter, reason: z.string().trim().min(1).max(2_000) });

export const MendBody = z.strictObject({
  event: z.record(z.string(), z.unknown()),
  note: z.string().trim().min(1).max(2_000),
});
