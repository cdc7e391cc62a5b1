// The raw bodies in R2 (bucket `dealwire-raw`): what is kept of a verified request so that it can be read again after
// an adapter was mended. Written and read back by `ingest` (webhooks) and `inbox` (mail); `console` looks for them. Rule: the key derives from what
// arrived, so a redelivery overwrites, and no secret and no signature is ever among the kept headers.
import * as z from "zod";
import { CorrelationId, Instant } from "./envelope.ts";

/** `raw/<source>/<day of arrival, UTC>/<26 base32 characters>`. */
export const RawKey = z
  .string()
  .regex(/^raw\/[a-z][a-z0-9_-]{0,40}\/\d{4}-\d{2}-\d{2}\/[a-z2-7]{26}$/, "expected raw/source/yyyy-mm-dd/digest");

/** What the keys of one source and day (`yyyy-mm-dd`) begin with. */
export function rawPrefix(source: string, day: string): string {
  return `raw/${source}/${day}/`;
}

/** The source of mail, whose raw bodies are whole mails (RFC 5322). */
export const MAIL_SOURCE = "email";

/** The queue of the Worker that can read the body of this key again. */
export function replayQueueOf(key: string): "replays" | "mail-replays" {
  return key.startsWith(`raw/${MAIL_SOURCE}/`) ? "mail-replays" : "replays";
}

/** The lifecycle rule of the bucket deletes them after this many days (docs/storage.md). */
export const RAW_KEPT_DAYS = 30;

/** The object's custom metadata, all text (R2 takes 8,192 bytes of it). */
export const RawMetadata = z.object({
  source: z.string(),
  received_at: Instant,
  /** Of the request; each signal in it has its own. */
  correlation_id: CorrelationId,
  /** Not understood (the whole body or an event of it), over 4 KB, or of a source that keeps all. */
  reason: z.enum(["not_understood", "large", "kept"]),
  /** JSON array of name and value pairs: the headers that adapters read. */
  headers: z.string(),
});
export type RawMetadata = z.infer<typeof RawMetadata>;
