// Which earlier action a new one folds into, so that three signals in an hour do not draft three follow-ups.
// Rule: alike means same rule, type and target, of another signal; two actions that one plan asks for never fold.
import type { ActionState } from "#contract/action-state.ts";
import type { ActionRecord } from "./action-record.ts";

const COOLING: ReadonlySet<ActionState> = new Set(["released", "executing", "executed"]);

/**
 * The pending action alike, whenever its signal fired; else one that was released within the new action's cool-down.
 * Null when the new action stands on its own. `now` in milliseconds.
 */
export function earlierAlike(records: readonly ActionRecord[], fresh: ActionRecord, now: number): ActionRecord | null {
  const alike = records.filter((record) => isAlike(record, fresh));
  const pending = alike.find(({ snapshot }) => snapshot.state === "pending");
  const since = now - fresh.snapshot.action.cool_down_seconds * 1000;
  const recent = ({ snapshot, released_at }: ActionRecord) =>
    COOLING.has(snapshot.state) && released_at !== null && Date.parse(released_at) > since;
  return pending ?? alike.find(recent) ?? null;
}

function isAlike({ snapshot: a }: ActionRecord, { snapshot: b }: ActionRecord): boolean {
  if (a.signal_id === b.signal_id || a.shadow) return false;
  return (
    a.action.rule_id === b.action.rule_id && a.action.type === b.action.type && a.action.target === b.action.target
  );
}
