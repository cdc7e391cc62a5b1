// raw.replay: a person asks that a raw body is read again, by the adapter as it is now. `ingest` reads it from R2, or `inbox` if
// it is a mail.
// Rule: the ids of its signals derive from the body as they did at first, so no effect happens twice.
import * as z from "zod";
import { Instant } from "./envelope.ts";
import { RawKey } from "./raw-body.ts";

export const RawReplay = z.object({
  key: RawKey,
  /** E-mail address of the person. */
  requested_by: z.string().min(1).max(320),
  requested_at: Instant,
});
export type RawReplay = z.infer<typeof RawReplay>;
