// The buttons under an action, as plain forms: approve, edit, reject with a reason, put off, hand over, take back. Rule:
// each works without the script, which only adds keys to them (data-key). The lists to choose from stand once a page.
import type { Action } from "#contract/action.ts";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { Moment } from "#web/components/moment.tsx";
import { wordsOf } from "#web/components/words.ts";
import { SNOOZES } from "../snoozes.ts";

export function DecisionForms({ action, editable }: { action: Action; editable: boolean }) {
  const path = `/approvals/${action.action_id}`;
  const more = `more-${action.action_id}`;
  return (
    <div class="decide">
      <form method="post" action={`${path}/approve`}>
        <input type="hidden" name="content_hash" value={action.content_hash} />
        <button type="submit" class="primary" data-key="a">
          {wordsOf(action).approve}
        </button>
      </form>
      {editable && (
        <a class="button" href={`${path}/edit`} data-key="e">
          Edit
        </a>
      )}
      <details class="more" name={more}>
        <summary class="button" data-key="r">
          Reject
        </summary>
        <form method="post" action={`${path}/reject`}>
          <label for={`why-not-${action.action_id}`}>Why not? The team reads this.</label>
          <input
            id={`why-not-${action.action_id}`}
            name="reason"
            list="reasons"
            required
            maxlength={2000}
            autocomplete="off"
          />
          <button type="submit" class="danger">
            Reject
          </button>
        </form>
      </details>
      <details class="more" name={more}>
        <summary class="button" data-key="s">
          Later
        </summary>
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
      <details class="more" name={more}>
        <summary class="button" data-key="h">
          Hand over
        </summary>
        <form method="post" action={`${path}/reassign`}>
          <label for={`to-${action.action_id}`}>To whom? Their address.</label>
          <input
            id={`to-${action.action_id}`}
            name="to"
            type="email"
            list="people"
            required
            maxlength={320}
            autocomplete="off"
          />
          <button type="submit">Hand over</button>
        </form>
      </details>
    </div>
  );
}

export function UndoForm({ snapshot }: { snapshot: ActionSnapshot }) {
  const { action, undo_until, undo_note } = snapshot;
  return (
    <form method="post" action={`/approvals/${action.action_id}/undo`} class="undo">
      <button type="submit" data-key="u">
        Undo
      </button>
      {undo_until !== null && (
        <span class="quiet">
          {undo_note} Possible until <Moment at={undo_until} />.
        </span>
      )}
    </form>
  );
}

/** Colleagues to choose from; any other address can be typed. */
const MAX_OFFERED = 100;

/** What the forms of a page let people choose from. */
export function Choices({
  reasons,
  people,
}: {
  reasons: readonly string[];
  people: readonly { email: string; name: string }[];
}) {
  return (
    <>
      <datalist id="reasons">
        {reasons.map((reason) => (
          <option value={reason} />
        ))}
      </datalist>
      <datalist id="people">
        {people.slice(0, MAX_OFFERED).map(({ email, name }) => (
          <option value={email}>{name}</option>
        ))}
      </datalist>
    </>
  );
}
