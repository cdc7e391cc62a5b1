// The effect of a follow-up in a mailbox: a mail that was sent, which nobody takes back, or a draft that waits there and
// can be deleted as long as the rep has not sent it.
import type { Effect } from "#contract/action-state.ts";
import type { CompensationOutcome } from "./compensation-outcome.ts";

type Filed = { as: "sent" | "draft"; id: string; url: string | null; system: string; mailbox: string };

export function mailEffect({ as, id, url, system, mailbox }: Filed, nowMs: number): Effect {
  const done =
    as === "sent" ? `sent by ${system} from ${mailbox}` : `a draft in ${system}, in the mailbox of ${mailbox}`;
  const undo = as === "draft" ? { draft_id: id } : null;
  return { external_id: id, url, summary: done, at: new Date(nowMs).toISOString(), undo };
}

/** The draft that an effect left, or null when it was a sent mail. */
export function draftOf({ undo }: Effect): string | null {
  const id = undo?.draft_id;
  return typeof id === "string" ? id : null;
}

export function draftDeleted(mailbox: string): CompensationOutcome {
  return { kind: "compensated", summary: `the draft is gone from the mailbox of ${mailbox}` };
}

export function draftRemains(mailbox: string): string {
  return `The draft is still in the mailbox of ${mailbox}; delete it there.`;
}

export function alreadySent(mailbox: string): CompensationOutcome {
  const remains = "A sent mail can't be taken back; write to the recipient.";
  return { kind: "compensation_failed", reason: `the mail was sent from ${mailbox}`, remains };
}
