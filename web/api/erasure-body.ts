// What an erasure is asked for with; the API parses it and the OpenAPI document shows it.
import * as z from "zod";
import { Reference } from "#contract/envelope.ts";

export const ErasureBody = z
  .object({
    /** Every name they are known by: `hubspot:42`, `segment:user-1`; an account as well as a contact. */
    references: z.array(Reference).max(50).default([]),
    emails: z.array(z.email().max(320)).max(50).default([]),
  })
  .refine(({ references, emails }) => references.length + emails.length > 0, {
    path: ["references"],
    message: "name at least one reference or address",
  });
export type ErasureBody = z.infer<typeof ErasureBody>;
