// intent.observed: rows of a report on what companies read about, as `ingest` streams them out of a file. `enrich` keeps
// them and makes a signal of those that crossed the threshold. Rule: a row is one topic of one company in one report.
import * as z from "zod";

/** Lower case, at least two labels; short enough for `domain:<domain>` to be a Reference. */
const DOMAIN = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/;

export const IntentRow = z.object({
  domain: z.string().max(200).regex(DOMAIN, "expected a domain such as example.com"),
  topic: z
    .string()
    .max(200)
    .regex(/^\P{Cc}+$/u, "expected a topic without control characters"),
  /** 0 to 100; from 60 on Bombora calls it a surge. */
  score: z.number().min(0).max(100),
  company: z.string().max(200).nullable(),
  /** As the report says it, for example `1-10 employees`. */
  size: z.string().max(100).nullable(),
  industry: z.string().max(200).nullable(),
});
export type IntentRow = z.infer<typeof IntentRow>;

export const IntentObserved = z.object({
  source: z.string().regex(/^[a-z][a-z0-9_-]{0,40}$/),
  /** The day that the report is of, in UTC. */
  report_date: z.iso.date(),
  /** Which file it was, for people: its name or a digest of its beginning. */
  file_id: z.string().min(1).max(200),
  /** Number of the first of the rows in its file, from 1, a header counted. */
  first_row: z.int().positive(),
  rows: z.array(IntentRow).min(1).max(400),
});
export type IntentObserved = z.infer<typeof IntentObserved>;
