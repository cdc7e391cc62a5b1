// What can be taken back, for how long, what stays nevertheless, and what is left to a person, as data: the Deal object
// allows an undo by it, the desk says it beforehand. Rule: never promise what the outside system can't do.
import type { ActionContent } from "./action.ts";

export type UndoTerms = {
  /** Seconds after the effect; null when it can't be taken back. */
  window_seconds: number | null;
  /** What can't be taken back, or what undoing means. */
  note: string;
  /** What a person does instead when the effect can't be taken back for them: one sentence that names it. */
  by_hand: string;
};

/** The id of the effect that a rehearsal reports: nothing happened, so there is nothing to take back. */
export const DRY_RUN_ID = "dry-run";

const DAY_SECONDS = 86_400;

/** The terms for one action as it would run now. */
export function undoTerms(content: ActionContent): UndoTerms {
  switch (content.type) {
    case "draft_followup": {
      const { subject, from, deliver } = content.params;
      const mail = `the mail ${quoted(subject)}`;
      if (deliver !== "draft") {
        const note = "A sent mail can't be taken back; write to the recipient.";
        return { window_seconds: null, note, by_hand: `Write to whoever got ${mail} from ${from}.` };
      }
      const note = "The draft is deleted unless it was sent.";
      return { window_seconds: DAY_SECONDS, note, by_hand: `Delete the draft of ${mail} in the mailbox of ${from}.` };
    }
    case "update_crm": {
      const { property, record } = content.params;
      const note = "The value from before is restored unless it was changed since.";
      return { window_seconds: DAY_SECONDS, note, by_hand: `Look at ${property} of ${record}, and correct it.` };
    }
    case "create_task": {
      const by_hand = `Delete the task ${quoted(content.params.subject)} in ${SYSTEM_NAMES[content.target]}.`;
      return { window_seconds: DAY_SECONDS, note: "The task is deleted.", by_hand };
    }
    case "send_alert": {
      const where = SYSTEM_NAMES[content.target];
      const by_hand = `Tell whoever read it in ${where} that this no longer holds: ${quoted(content.params.text)}.`;
      return { ...ALERTS[content.target], by_hand };
    }
    case "enroll_sequence": {
      const { contact_id, sequence_id } = content.params;
      const by_hand = `Take ${contact_id} out of the sequence ${sequence_id} in ${SYSTEM_NAMES[content.target]}.`;
      if (content.target === "hubspot") {
        const note = "HubSpot takes no one out of a sequence by API; unenroll them there.";
        return { window_seconds: null, note, by_hand };
      }
      return { window_seconds: DAY_SECONDS, note: "The enrolment ends; mails that went out stay sent.", by_hand };
    }
  }
}

const ALERTS = {
  slack: { window_seconds: DAY_SECONDS, note: "The message is marked as withdrawn; whoever saw it has seen it." },
  webhook: { window_seconds: DAY_SECONDS, note: "The receiver is told that the alert was withdrawn." },
  teams: { window_seconds: null, note: "Microsoft Teams can't take a card back." },
} as const;

const SYSTEM_NAMES = {
  hubspot: "HubSpot",
  salesforce: "Salesforce",
  slack: "Slack",
  teams: "Microsoft Teams",
  webhook: "the receiver of the webhook",
  outreach: "Outreach",
  salesloft: "Salesloft",
  apollo: "Apollo",
} as const;

function quoted(text: string): string {
  return JSON.stringify(text.length <= 200 ? text : `${text.slice(0, 199)}…`);
}
