// What can be taken back, for how long, and what stays nevertheless, as data: the Deal object allows an undo by it and
// the desk says it beforehand. Rule: never promise what the outside system can't do.
import type { ActionContent } from "./action.ts";

export type UndoTerms = {
  /** Seconds after the effect; null when it can't be taken back. */
  window_seconds: number | null;
  /** What can't be taken back, or what undoing means. */
  note: string;
};

const DAY_SECONDS = 86_400;

/** The terms for one action as it would run now. */
export function undoTerms(content: ActionContent): UndoTerms {
  switch (content.type) {
    case "draft_followup":
      if (content.params.deliver !== "draft") {
        return { window_seconds: null, note: "A sent mail can't be taken back; write to the recipient." };
      }
      return { window_seconds: DAY_SECONDS, note: "The draft is deleted unless it was sent." };
    case "update_crm":
      return { window_seconds: DAY_SECONDS, note: "The value from before is restored unless it was changed since." };
    case "create_task":
      return { window_seconds: DAY_SECONDS, note: "The task is deleted." };
    case "send_alert":
      if (content.target !== "slack") {
        return { window_seconds: null, note: "This channel can't take a message back." };
      }
      return { window_seconds: 600, note: "The message is deleted; whoever saw it has seen it." };
    case "enroll_sequence":
      if (content.target === "hubspot") {
        return { window_seconds: null, note: "HubSpot takes no one out of a sequence by API; unenroll them there." };
      }
      return { window_seconds: DAY_SECONDS, note: "The enrolment ends; mails that went out stay sent." };
  }
}
