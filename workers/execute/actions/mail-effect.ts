// The effect of a follow-up in a mailbox: a mail that was sent, which nobody takes back, or a draft that waits there and
// can be deleted as long as the rep has not sent it.
import type * as z from "zod";
import type { DraftFollowup } from "#contract/action.ts";
import type { Effect } from "#contract/action-state.ts";
import { undoTerms } from "#contract/undo.ts";
import type { CompensationOutcome } from "./compensation-outcome.ts";

/** A conversation in which the recipient wrote nothing for longer is not continued by itself. */
export const LATELY_MS = 90 * 86_400_000;

type Params = z.infer<typeof DraftFollowup>["params"];
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

/** What a person does where the draft could not be deleted. */
export function draftRemains(params: Params): string {
  return byHand({ ...params, deliver: "draft" });
}

export function alreadySent(params: Params): CompensationOutcome {
  const reason = `The mail was sent from ${params.from}, and a sent mail can't be taken back.`;
  return { kind: "compensation_failed", reason, remains: byHand({ ...params, deliver: "send" }) };
}

/** The same in every mailbox. */
function byHand(params: Params): string {
  return undoTerms({ type: "draft_followup", target: "gmail", params }).by_hand;
}
