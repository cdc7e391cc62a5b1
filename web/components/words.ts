// What the machine's words are called on the pages. Rule: one table per word list, complete by its type, so that a new
// state or action type does not compile before it has a name for people.
import { type ActionContent, type ActionType, LATEST_THREAD } from "#contract/action.ts";
import type { ActionState } from "#contract/action-state.ts";
import type { Fate } from "#contract/audit-step.ts";

/** A badge is a word and one of four tones; the tone never stands alone. */
type Tone = "waiting" | "good" | "bad" | "quiet";
export type Label = { text: string; tone: Tone };

export const STATE_LABELS = {
  proposed: { text: "Proposed", tone: "quiet" },
  pending: { text: "Waiting", tone: "waiting" },
  released: { text: "On its way", tone: "good" },
  executing: { text: "Running", tone: "good" },
  unknown: { text: "Not known whether it happened", tone: "bad" },
  executed: { text: "Done", tone: "good" },
  failed: { text: "Failed", tone: "bad" },
  rejected: { text: "Rejected", tone: "quiet" },
  expired: { text: "Expired", tone: "quiet" },
  superseded: { text: "Superseded", tone: "quiet" },
  compensating: { text: "Being taken back", tone: "waiting" },
  compensated: { text: "Taken back", tone: "quiet" },
  compensation_failed: { text: "Could not be taken back", tone: "bad" },
} as const satisfies Record<ActionState, Label>;

export const FATE_LABELS = {
  in_progress: { text: "In progress", tone: "waiting" },
  no_action: { text: "No action needed", tone: "quiet" },
  waiting: { text: "Waiting", tone: "waiting" },
  executed: { text: "Executed", tone: "good" },
  rejected: { text: "Rejected", tone: "quiet" },
  expired: { text: "Expired", tone: "quiet" },
  superseded: { text: "Superseded", tone: "quiet" },
  dead_lettered: { text: "Dead letter", tone: "bad" },
} as const satisfies Record<Fate, Label>;

export type TypeWords = {
  name: string;
  /** The button that lets it run. */
  approve: string;
  /** What happens at the deadline when it runs unattended. */
  byItself: string;
};

export const TYPE_WORDS = {
  draft_followup: { name: "Follow-up e-mail", approve: "Approve and send", byItself: "Sends by itself" },
  update_crm: { name: "CRM update", approve: "Approve update", byItself: "Updates by itself" },
  create_task: { name: "Task", approve: "Approve task", byItself: "Creates itself" },
  send_alert: { name: "Slack alert", approve: "Approve and post", byItself: "Posts by itself" },
  enroll_sequence: { name: "Sequence", approve: "Approve and enrol", byItself: "Enrols by itself" },
} as const satisfies Record<ActionType, TypeWords>;

/** The words of one action: a mail that is only left in the drafts is not sent by an approval. */
export function wordsOf(content: ActionContent): TypeWords {
  const words = TYPE_WORDS[content.type];
  if (content.type !== "draft_followup" || content.params.deliver === "send") return words;
  return { ...words, approve: "Approve draft", byItself: "Becomes a draft by itself" };
}

/** Which conversation a mail goes on with. */
export function threadWords(threadId: string): string {
  if (threadId === LATEST_THREAD)
    return "answers their last mail, under its subject, if they wrote in the last 90 days";
  return `continues ${threadId}, under its subject`;
}

/** The label of a word that the ledger wrote, which may be newer than this table. */
export function fateLabel(fate: string): Label {
  return new Map<string, Label>(Object.entries(FATE_LABELS)).get(fate) ?? { text: fate, tone: "quiet" };
}
