// An action of which nobody knows whether it happened: where to look, and a button for each answer. Rule: it never runs
// again unless a person says that it did not happen.
import type { ActionContent } from "#contract/action.ts";
import type { ActionSnapshot } from "#contract/action-state.ts";

export function SettleForm({ snapshot: { action } }: { snapshot: ActionSnapshot }) {
  return (
    <form method="post" action={`/approvals/${action.action_id}/settle`} class="settle">
      <p class="note">
        The answer of {action.target} was lost. Look at {whereToLook(action)}, then say what you found.
      </p>
      <div class="decide">
        <button type="submit" name="happened" value="yes" class="primary">
          It happened
        </button>
        <button type="submit" name="happened" value="no">
          It did not: run it again
        </button>
      </div>
    </form>
  );
}

function whereToLook(content: ActionContent): string {
  switch (content.type) {
    case "draft_followup":
      return `the sent mail and the drafts of ${content.params.from} for “${content.params.subject}”`;
    case "update_crm":
      return `whether ${content.params.property} of ${content.params.record} is “${content.params.value ?? ""}”`;
    case "create_task":
      return `the tasks of ${content.params.deal_id ?? content.params.account_id ?? "the contact"} for “${content.params.subject}”`;
    case "send_alert":
      return `the newest messages in ${content.params.channel ?? "the channel for alerts"}`;
    case "enroll_sequence":
      return `whether ${content.params.contact_id} is in the sequence ${content.params.sequence_id}`;
  }
}
