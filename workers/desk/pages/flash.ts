// The one sentence after a decision, from the action as its Deal object tells it. Rule: said only of what happened; an
// address typed by hand says nothing.
import type { ActionSnapshot } from "#contract/action-state.ts";
import { TYPE_WORDS } from "#web/components/words.ts";
import { isUndoable } from "../undoable.ts";

const DONE = {
  approve: "Approved",
  reject: "Rejected",
  snooze: "Put off",
  edit: "Saved; read it once more, then approve it",
  reassign: "Handed over",
  undo: "Being taken back",
  settle: "Noted",
} as const;

export type Flash = {
  text: string;
  /** Null when it can't be taken back, or not yet. */
  undoable: ActionSnapshot | null;
};

/**
 * `verb` comes from the address. Null unless it names a decision and the action is known to have just had one; several
 * at once (`bulk`) are not named. `now` in milliseconds since the epoch.
 */
export function flashOf(verb: string | undefined, snapshot: ActionSnapshot | undefined, now: number): Flash | null {
  if (verb === "bulk" && snapshot !== undefined) return { text: "All that you chose are decided.", undoable: null };
  const done = new Map<string, string>(Object.entries(DONE)).get(verb ?? "");
  if (done === undefined || snapshot === undefined) return null;
  const name = `${TYPE_WORDS[snapshot.action.type].name} for ${snapshot.subject_name ?? snapshot.subject}`;
  return { text: `${done}: ${name}.`, undoable: isUndoable(snapshot, now) ? snapshot : null };
}
