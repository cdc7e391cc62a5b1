// The buttons under an action, as plain forms: approve, edit, reject with a reason, put off. Rule: each works without
// the script, which only adds keys to them (data-key).
import type { Action } from "#contract/action.ts";
import { TYPE_WORDS } from "#web/components/words.ts";

const SNOOZES = [
  { seconds: 3_600, text: "1 hour" },
  { seconds: 14_400, text: "4 hours" },
  { seconds: 86_400, text: "1 day" },
] as const;

export function DecisionForms({ action, editable }: { action: Action; editable: boolean }) {
  const path = `/approvals/${action.action_id}`;
  const reasonId = `reason-${action.action_id}`;
  return (
    <div class="decide">
      <form method="post" action={`${path}/approve`}>
        <input type="hidden" name="content_hash" value={action.content_hash} />
        <button type="submit" class="primary" data-key="a">
          {TYPE_WORDS[action.type].approve}
        </button>
      </form>
      {editable && (
        <a class="button" href={`${path}/edit`} data-key="e">
          Edit
        </a>
      )}
      <details class="more" name={`more-${action.action_id}`}>
        <summary class="button" data-key="r">
          Reject
        </summary>
        <form method="post" action={`${path}/reject`}>
          <label for={reasonId}>Why not? The team reads this.</label>
          <textarea id={reasonId} name="reason" rows={2} required maxlength={2000} />
          <button type="submit" class="danger">
            Reject
          </button>
        </form>
      </details>
      <details class="more" name={`more-${action.action_id}`}>
        <summary class="button">Later</summary>
        <form method="post" action={`${path}/snooze`}>
          <fieldset>
            <legend>Decide within</legend>
            {SNOOZES.map(({ seconds, text }) => (
              <button type="submit" name="seconds" value={String(seconds)}>
                {text}
              </button>
            ))}
          </fieldset>
        </form>
      </details>
    </div>
  );
}
