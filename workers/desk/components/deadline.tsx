// When an action runs by itself, and why it waits where it would not. Rule: the time shown is the one at which it really
// runs; where nothing runs by itself the page never counts down to it.
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { Pause } from "#contract/controls.ts";
import { Badge } from "#web/components/badge.tsx";
import { Due, Moment } from "#web/components/moment.tsx";
import { STATE_LABELS, wordsOf } from "#web/components/words.ts";

const SOON_MS = 15 * 60_000;

type DeadlineProps = { snapshot: ActionSnapshot; pause: Pause | null; now: number };

export function Deadline({ snapshot, pause, now }: DeadlineProps) {
  const { action, due_at, held, state } = snapshot;
  if (state !== "pending" || due_at === null) return <Badge label={STATE_LABELS[state]} />;
  const onTimeout = action.approval === "auto" ? "execute" : action.approval.on_timeout;
  const stopped = onTimeout === "execute" && (pause !== null || (held !== null && held.until === null));
  if (onTimeout === "wait" || stopped) {
    return (
      <p class="deadline">
        <strong>{stopped ? "Held back" : "Waits for a person"}</strong>
      </p>
    );
  }
  const soon = Date.parse(due_at) - now < SOON_MS;
  return (
    <p class={soon ? "deadline deadline-soon" : "deadline"}>
      <strong>
        {onTimeout === "execute" ? wordsOf(action).byItself : "Expires"} <Due at={due_at} now={now} />
      </strong>
      <span class="deadline-at">
        <Moment at={due_at} />
      </span>
    </p>
  );
}

/** Why it waits, in a sentence; nothing where it just waits for its deadline. */
export function WhyItWaits({ snapshot, pause }: Omit<DeadlineProps, "now">) {
  const { held, escalated_to, state } = snapshot;
  if (state !== "pending") return null;
  return (
    <>
      {pause !== null && (
        <p class="note">
          Paused by {pause.by.id}: {pause.reason}. It does not run by itself; you can approve it all the same.
        </p>
      )}
      {pause === null && held !== null && <p class="note">It waits: {held.reason}.</p>}
      {escalated_to !== null && <p class="note">{escalated_to.name} was asked, too.</p>}
    </>
  );
}
