// What the Outreach stand-in keeps: people, mailboxes, sequences, and who is in which sequence.
// Rule: ids are whole numbers, as at Outreach.
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { collection } from "../../store.ts";

const Id = z.string().regex(/^\d+$/);
export const Prospect = z.object({
  id: Id,
  emails: z.array(z.email()),
  firstName: z.string(),
  lastName: z.string(),
  optedOut: z.boolean().default(false),
});
export const MailboxOfUser = z.object({ id: Id, email: z.email(), user_id: Id });
export const Sequence = z.object({ id: Id, name: z.string(), enabled: z.boolean().default(true) });
export const SequenceState = z.object({
  id: Id,
  prospect_id: Id,
  sequence_id: Id,
  mailbox_id: Id,
  state: z.enum(["active", "paused", "finished"]),
  /** Epoch milliseconds. */
  created_at: z.number(),
});
export type SequenceState = z.infer<typeof SequenceState>;

export function outreachRecords({ store }: Pick<Deps, "store">) {
  return {
    prospects: collection(store, "outreach", "prospects", Prospect),
    mailboxes: collection(store, "outreach", "mailboxes", MailboxOfUser),
    sequences: collection(store, "outreach", "sequences", Sequence),
    states: collection(store, "outreach", "sequenceStates", SequenceState),
  };
}
