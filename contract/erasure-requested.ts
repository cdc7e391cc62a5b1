// erasure.requested: a person or a company must be forgotten, because a source says so (a privacy deletion) or somebody
// asked on the desk. Rule: it names whom, never why they were known; payloads go, the trail's chain of digests stays.
import * as z from "zod";
import { Instant, Reference } from "./envelope.ts";
import { RawKey } from "./raw-body.ts";

export const ErasureRequested = z.object({
  erasure_id: z.string().regex(/^era_[a-z2-7]{26}$/, "expected era_ and 26 base32 characters"),
  /** Every name they are known by: `hubspot:42`, `segment:user-1`. */
  references: z.array(Reference).max(50),
  emails: z.array(z.email().max(320)).max(50),
  /** The source that told, or the e-mail address of the person who asked. */
  requested_by: z.string().max(320),
  requested_at: Instant,
  /** Goes on with a look through the raw bodies, after this key; everything else is done. */
  raw_after: RawKey.optional(),
});
export type ErasureRequested = z.infer<typeof ErasureRequested>;
