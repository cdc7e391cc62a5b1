// What the HubSpot stand-in keeps about sequences: which there are, and who is in one.
import * as z from "zod";

export const Sequence = z.object({ id: z.string(), name: z.string(), steps: z.int().min(1).default(1) });
export const Enrollment = z.object({
  id: z.string(),
  contact_id: z.string(),
  sequence_id: z.string(),
  to_email: z.string(),
  sender_email: z.string(),
  enrolled_at: z.string(),
  /** False once it ended: the contact answered, or all steps are done. */
  active: z.boolean(),
});
