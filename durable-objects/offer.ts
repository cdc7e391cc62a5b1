// Lets a proposed action run or wait, as its policy, the autopilot and the hours say. Rule: what may run at once is
// held back exactly like a timeout would be, with a reason that the page shows.
import type { ControlsView } from "#contract/controls.ts";
import { BY_POLICY } from "./action-change.ts";
import type { ActionRecord } from "./action-record.ts";
import { actionTitle } from "./action-title.ts";
import type { WorkingCopy } from "./deal-state.ts";
import { effectiveApproval, holdOf, levelOf } from "./gate.ts";

/** `controls` is null when they can't be asked; then nothing runs unattended. */
export function offer(work: WorkingCopy, proposed: ActionRecord, controls: ControlsView | null): void {
  const level = levelOf(proposed.snapshot.action, controls);
  const approval = effectiveApproval(proposed.snapshot.action, level);
  const action = { ...proposed.snapshot.action, approval };
  const record = { ...proposed, snapshot: { ...proposed.snapshot, action } };
  const held = approval === "auto" ? holdOf(record.snapshot, controls, work.now) : null;
  work.apply(record, held === null ? { kind: "propose" } : { kind: "delay", held }, (after) => ({
    step: "proposed",
    summary: proposal(after),
    actor: BY_POLICY,
    data: { rule_id: action.rule_id, approval, autopilot: level, held, reason: action.reason },
  }));
}

function proposal({ snapshot }: ActionRecord): string {
  const { action, due_at, held } = snapshot;
  const title = `The ${actionTitle(action)} was proposed`;
  if (action.approval === "auto") {
    return held === null ? `${title} and released at once by policy.` : `${title} and held back: ${held.reason}.`;
  }
  if (action.approval.on_timeout === "wait") return `${title}; it waits for a person.`;
  const end = action.approval.on_timeout === "execute" ? "runs by itself" : "expires";
  return `${title}; it waits for a person until ${due_at}, then ${end}${held === null ? "" : ` (${held.reason})`}.`;
}
