// How rows of D1 become what the pages show. Rule: rows are parsed, not trusted, because the ledger that wrote them
// may be of another version; a row that does not parse is left out and logged, and never fails the page.
import * as z from "zod";
import { ActionSnapshot } from "#contract/action-state.ts";

const Json = z.string().transform((text, context) => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    context.addIssue({ code: "custom", message: "not JSON" });
    return z.NEVER;
  }
});

export const SignalRow = z.object({
  signal_id: z.string(),
  correlation_id: z.string(),
  source: z.string(),
  signal_type: z.string(),
  event: z.string(),
  subject: z.string(),
  deal_id: z.string().nullable(),
  account_id: z.string().nullable(),
  urgency: z.string(),
  fired_at: z.string(),
  received_at: z.string(),
  fate: z.string(),
  fate_at: z.string(),
});
export type SignalRow = z.infer<typeof SignalRow>;

/** `received` opens a signal's row; a later step that the ledger saw first leaves this in its place for a while. */
export const UNKNOWN = "unknown";

/** The snapshot column of `approvals`. */
export const SnapshotRow = z.object({ snapshot: Json.pipe(ActionSnapshot) }).transform(({ snapshot }) => snapshot);

export const LetterRow = z.object({
  letter_id: z.string(),
  fingerprint: z.string(),
  queue: z.string(),
  stage: z.string(),
  code: z.string(),
  reason: z.string(),
  attempts: z.number(),
  signal_id: z.string().nullable(),
  correlation_id: z.string().nullable(),
  failed_at: z.string(),
  state: z.string(),
  event: Json,
  times: z.number(),
  raw_ref: z.string().nullable(),
  /** What people did with it. */
  history: Json.pipe(z.array(z.looseObject({ at: z.string(), by: z.string(), did: z.string() }))),
});
export type LetterRow = z.infer<typeof LetterRow>;
