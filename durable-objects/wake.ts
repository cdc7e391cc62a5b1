// What the passing of time does: releases or expires pending actions whose time to live ended, and takes back leases
// that ended without a report. Rules: nothing due stays as it is, whatever woke the object; an action whose lease
// ended is not published again, because the message that was claimed is still on its queue.

import type { ControlsView } from "#contract/controls.ts";
import { BY_ALARM } from "./action-change.ts";
import type { ActionRecord } from "./action-record.ts";
import { actionTitle } from "./action-title.ts";
import { type DealState, type Decided, type Telling, type WorkingCopy, workOn } from "./deal-state.ts";
import { FREE, holdOf } from "./gate.ts";
import { isRetired } from "./next-alarm.ts";
import { advancePlans } from "./saga.ts";

/** `clock` in milliseconds; `controls` is null when they can't be asked: then nothing runs unattended. */
export function wake(deal: DealState, clock: number, controls: ControlsView | null = FREE): Decided<void> {
  const work = workOn(deal, clock);
  for (const record of work.all()) {
    if (isRetired(record, work.now)) {
      work.forget(record.snapshot.action.action_id);
      continue;
    }
    due(work, record, controls);
    work.apply(record, { kind: "lease_end" }, ({ snapshot }) => ({
      step: "released",
      summary: `The run of the ${actionTitle(snapshot.action)} ended without a report; the next one asks what it did.`,
      actor: BY_ALARM,
    }));
  }
  advancePlans(work, controls);
  return work.finish(undefined);
}

/** Whether something would run unattended now, so that the controls have to be asked first. */
export function wantsControls(deal: DealState, now: number): boolean {
  return [...deal.records.values()].some(({ snapshot: { state, due_at, action } }) => {
    const runs = action.approval === "auto" || action.approval.on_timeout === "execute";
    return state === "pending" && runs && due_at !== null && Date.parse(due_at) <= now;
  });
}

function due(work: WorkingCopy, record: ActionRecord, controls: ControlsView | null): void {
  const { snapshot } = record;
  if (snapshot.state !== "pending" || snapshot.due_at === null) return;
  work.apply(record, { kind: "escalation_due" }, ({ snapshot: { action, escalated_to } }) => ({
    step: "escalated",
    summary: `The deadline of the ${actionTitle(action)} is near; ${escalated_to?.email ?? "the manager"} is asked, too.`,
    actor: BY_ALARM,
  }));
  const current = work.get(snapshot.action.action_id) ?? record;
  if (Date.parse(snapshot.due_at) > work.now) return;
  const { approval } = snapshot.action;
  const runs = approval === "auto" || approval.on_timeout === "execute";
  const held = runs ? holdOf(snapshot, controls, work.now) : null;
  if (held === null) {
    work.apply(current, { kind: "due" }, timeoutStep);
    return;
  }
  // Controls that do not answer for a moment are not worth a line on the trail; a reason that is known is told once.
  if (controls === null || (held.reason === snapshot.held?.reason && held.until === snapshot.held.until)) return;
  work.apply(current, { kind: "hold", held }, () => ({
    step: "held",
    summary: `The ${actionTitle(snapshot.action)} is due and held back: ${held.reason}.`,
    actor: BY_ALARM,
    data: { ...held },
  }));
}

function timeoutStep({ snapshot }: ActionRecord): Telling {
  if (snapshot.released_by === "auto") {
    const summary = `Nothing holds the ${actionTitle(snapshot.action)} back any more; it runs by policy.`;
    return { actor: BY_ALARM, step: "released", summary };
  }
  const title = `Nobody decided on the ${actionTitle(snapshot.action)} in time`;
  if (snapshot.state === "released") {
    return { actor: BY_ALARM, step: "released", summary: `${title}; it runs unattended.` };
  }
  return { actor: BY_ALARM, step: "expired", summary: `${title}; it expired.` };
}
