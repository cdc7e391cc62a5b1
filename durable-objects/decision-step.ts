// What the trail says of a person's decision. Rules: the reason that a person gave is quoted, the content is not; whatever
// was decided, it stands there from which state and under which content hash, and an edit with the one that came of it.
import type { DecideCommand } from "#contract/deal.ts";
import type { ActionRecord } from "./action-record.ts";
import { actionTitle } from "./action-title.ts";
import type { Telling } from "./deal-state.ts";

/** `before` and `after` are the action right before and right after the decision. */
export function decisionStep(command: DecideCommand, before: ActionRecord, after: ActionRecord): Telling {
  const { action, state } = before.snapshot;
  const { content_hash: newHash } = after.snapshot.action;
  const edited = newHash === action.content_hash ? {} : { new_content_hash: newHash };
  const data = { action_id: action.action_id, from: state, content_hash: action.content_hash, ...edited };
  return { ...sentence(command, after), data };
}

function sentence({ decision, actor }: DecideCommand, { snapshot }: ActionRecord): Telling {
  const title = `The ${actionTitle(snapshot.action)}`;
  const by = `by ${actor.id}`;
  switch (decision.kind) {
    case "approve":
      return { actor, step: "approved", summary: `${title} was approved ${by} and may run.` };
    case "edit":
      return { actor, step: "edited", summary: `${title} was edited ${by}; earlier links no longer approve it.` };
    case "reject":
      return { actor, step: "rejected", summary: `${title} was rejected ${by}: ${decision.reason}` };
    case "snooze":
      return { actor, step: "snoozed", summary: `${title} was snoozed ${by} until ${snapshot.due_at}.` };
    case "reassign":
      return { actor, step: "reassigned", summary: `${title} was given to ${decision.to.email} ${by}.` };
    case "escalate":
      return { actor, step: "escalated", summary: `${title} was escalated to ${decision.to.email} ${by}.` };
    case "settle": {
      const found = decision.happened ? "did happen" : "did not happen and may run again";
      return { actor, step: "settled", summary: `${title} ${found}, says ${actor.id}.` };
    }
    case "undo":
      return { actor, step: "undone", summary: `${title} is being taken back, asked for ${by}.` };
  }
}
