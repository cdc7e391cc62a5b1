// What became of a dropped file, as a JSON object beside it that a person can fetch: while it is read, how far it is; in
// the end, what was taken, and which rows were not and why. Rule: it is written at rows before which everything was
// taken, so a run that is cut short goes on there, and a file that is done is not read again.
import * as z from "zod";
import type { Progress } from "#connectors/bombora/import-rows.ts";
import { Instant } from "#contract/envelope.ts";

export const REPORT_SUFFIX = ".report.json";
/** Of the rejected rows as many are told; the rest is a number. */
export const MAX_ERRORS = 1_000;

const Row = z.int().nonnegative();

export const ImportReport = z.object({
  key: z.string(),
  /** Of the file that this is about; another file under the same key begins anew. */
  etag: z.string(),
  state: z.enum(["reading", "done", "broken_off", "not_understood"]),
  rows: Row,
  accepted: Row,
  ignored: Row,
  rejected: Row,
  /** Where to go on, from 1. */
  next_row: z.int().positive(),
  errors: z.array(z.object({ row: z.int().positive(), reason: z.string() })),
  /** Why the whole file was not read to its end; null otherwise. */
  reason: z.string().nullable(),
  updated_at: Instant,
});
export type ImportReport = z.infer<typeof ImportReport>;

export function newReport(key: string, etag: string, at: string): ImportReport {
  const none = { rows: 0, accepted: 0, ignored: 0, rejected: 0, next_row: 1, errors: [], reason: null };
  return { key, etag, state: "reading", ...none, updated_at: at };
}

/** `before` and what a run that began at its `next_row` has done since. */
export function withProgress(before: ImportReport, progress: Progress, at: string): ImportReport {
  const { rows, accepted, ignored, rejected, nextRow, broken } = progress;
  return {
    ...before,
    rows: before.rows + rows,
    accepted: before.accepted + accepted,
    ignored: before.ignored + ignored,
    rejected: before.rejected + rejected,
    next_row: nextRow,
    errors: [...before.errors, ...broken.map(({ row, reason }) => ({ row, reason }))].slice(0, MAX_ERRORS),
    updated_at: at,
  };
}
