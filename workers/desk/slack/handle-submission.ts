// A dialog that was sent: an edit, or a rejection with its reason. Rule: what is wrong is said in the dialog, beside the
// field, so that nothing that was typed is lost.
// Source: docs.slack.dev/surfaces/modals#displaying_errors
import type { ActionSnapshot } from "#contract/action-state.ts";
import { withTexts } from "../editable-fields.ts";
import { decideInSlack, openToDecide, type SlackDecidePorts } from "./decide-in-slack.ts";
import type { Submission } from "./interaction.ts";
import { STRANGER, type WhoPorts, whoClicked } from "./who-clicked.ts";

export type SubmissionPorts = SlackDecidePorts & WhoPorts & { store: WhoPorts["store"] & SlackDecidePorts["store"] };

/** `errors` by block; null closes the dialog. */
export type SubmissionAnswer = { errors: Readonly<Record<string, string>> | null; snapshot: ActionSnapshot | null };

export async function handleSubmission(submission: Submission, ports: SubmissionPorts): Promise<SubmissionAnswer> {
  const { about, dialog, texts } = submission;
  const refused = (say: string, snapshot: ActionSnapshot | null) => ({ errors: underFirst(submission, say), snapshot });
  const identity = await whoClicked(submission.userId, ports);
  if (identity === null) return refused(STRANGER, null);

  if (dialog === "reject") {
    const reason = [texts.choice, texts.reason]
      .map((text) => text?.trim())
      .filter(Boolean)
      .join(": ");
    if (reason === "") return { errors: { reason: "Choose a reason or write one." }, snapshot: null };
    const { say, snapshot } = await decideInSlack(identity, about.action_id, "reject", { reason }, ports);
    return say === null ? { errors: null, snapshot } : refused(say, snapshot);
  }

  const current = await openToDecide(identity, about.action_id, ports);
  if (!current.ok || current.snapshot === null) return refused(current.say ?? "", current.snapshot);
  const body = { content_hash: about.content_hash, params: withTexts(current.snapshot.action, texts) };
  const { say, snapshot, errors } = await decideInSlack(identity, about.action_id, "edit", body, ports);
  if (say === null) return { errors: null, snapshot };
  // `/params/to/0/email` belongs to the field `to`.
  const byField = errors.flatMap(({ pointer, detail }) => {
    const field = pointer.split("/")[2];
    return field !== undefined && field in texts ? [[field, detail] as const] : [];
  });
  return byField.length > 0 ? { errors: Object.fromEntries(byField), snapshot } : refused(say, snapshot);
}

/** A dialog has no other place for what is wrong as a whole. */
export function underFirst({ texts }: Submission, say: string): Record<string, string> {
  return { [Object.keys(texts)[0] ?? "reason"]: say };
}
