// What people made of an action, as the autopilot counts it. Rule: only what a person decided counts; a timeout says
// nothing about whether the action was right.
import type { ActionOutcome } from "#contract/controls.ts";
import type { News } from "./deal-state.ts";

const KIND_OF: Readonly<Record<string, ActionOutcome["kind"]>> = {
  approved: "approved",
  rejected: "rejected",
  undone: "undone",
};

/** Null for news that the autopilot does not count. An edit counts when it is approved. */
export function humanOutcome({ step, actor, record }: News): ActionOutcome | null {
  const kind = KIND_OF[step];
  if (kind === undefined || actor.kind !== "person" || record.erased) return null;
  const { action } = record.snapshot;
  return {
    outcome_id: `${action.action_id}:${kind}`,
    type: action.type,
    kind: kind === "approved" && record.edited ? "edited" : kind,
    at: record.changed_at,
  };
}
