// Whether an action can still be taken back, by what its Deal object said of it.
import type { ActionSnapshot } from "#contract/action-state.ts";

/** `now` in milliseconds since the epoch. */
export function isUndoable({ state, undo_until }: ActionSnapshot, now: number): boolean {
  return state === "executed" && undo_until !== null && Date.parse(undo_until) > now;
}
