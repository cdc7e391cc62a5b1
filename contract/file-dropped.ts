// file.dropped: an object was put into the bucket of imports. The payload is R2's own event notification, word for word;
// `inbox` wraps it into an envelope on arrival, because R2 knows none. Rule: what R2 does not document is refused.
// Source of the format: developers.cloudflare.com/r2/buckets/event-notifications, "Message format".
import * as z from "zod";

const fields = {
  account: z.string(),
  bucket: z.string(),
  eventTime: z.iso.datetime(),
};
/** R2 takes keys of up to 1,024 bytes. */
const Key = z.string().min(1).max(1_024);

export const FileDropped = z.discriminatedUnion("action", [
  z.object({
    ...fields,
    action: z.enum(["PutObject", "CompleteMultipartUpload", "CopyObject"]),
    object: z.object({ key: Key, size: z.int().nonnegative(), eTag: z.string().min(1) }),
    copySource: z.object({ bucket: z.string(), object: z.string() }).optional(),
  }),
  z.object({
    ...fields,
    action: z.enum(["DeleteObject", "LifecycleDeletion"]),
    object: z.object({ key: Key }),
  }),
]);
export type FileDropped = z.infer<typeof FileDropped>;
