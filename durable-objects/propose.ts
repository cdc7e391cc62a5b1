// Files the plan of one signal. Rules: the first plan of a signal stands; the echo of our own write asks for nothing;
// what an older signal asked for gives way to a signal that made it moot, in whichever order the two arrive; a similar
// action folds into the one that is already there instead of bothering people twice.

import type { Action } from "#contract/action.ts";
import type { ControlsView } from "#contract/controls.ts";
import type { ProposeResult } from "#contract/deal.ts";
import type { Event } from "#contract/envelope.ts";
import type { PlanDecided } from "#contract/plan-decided.ts";
import { undoTerms } from "#contract/undo.ts";
import { BY_POLICY, BY_SIGNAL } from "./action-change.ts";
import { MACHINE_VERSION } from "./action-machine.ts";
import type { ActionRecord } from "./action-record.ts";
import { actionTitle } from "./action-title.ts";
import { type DealState, type Decided, type WorkingCopy, workOn } from "./deal-state.ts";
import { echoOf } from "./echo.ts";
import { fateOf } from "./fate.ts";
import { earlierAlike } from "./fold.ts";
import { FREE, levelOf } from "./gate.ts";
import { offer } from "./offer.ts";
import { advancePlans } from "./saga.ts";
import { end, isMoot, supersede } from "./supersede.ts";

/**
 * `subject` is the name of the object, `clock` in milliseconds, `controls` null when they can't be asked. A plan is known
 * by its actions, all of which are kept, so it needs no row of its own.
 */
export function propose(
  deal: DealState,
  plan: Event<PlanDecided>,
  subject: string,
  clock: number,
  controls: ControlsView | null = FREE,
): Decided<ProposeResult> {
  const work = workOn(deal, clock);
  const { payload } = plan;
  if (knows(deal, payload.signal_id)) {
    const fate = fateOf(payload.signal_id, work.all());
    const stands = fate === null ? {} : { stands: { fate, at: new Date(work.now).toISOString() } };
    return work.finish({ accepted: false, actions: actionsOf(work, payload.signal_id), ...stands });
  }
  const records = payload.actions.map((action, step) => newRecord(action, step, plan, subject, work.now));
  const echo = echoOf(payload, work.all(), work.now);
  if (echo !== null) {
    for (const record of records) ignore(work, record, echo);
    return work.finish({ accepted: true, echo: true, actions: actionsOf(work, payload.signal_id) });
  }
  supersedeOlder(work, payload);
  const isShadow = payload.atomic && payload.actions.some((action) => levelOf(action, controls) === "shadow");
  for (const record of records) file(work, record, controls, isShadow);
  advancePlans(work, controls);
  return work.finish({ accepted: true, actions: actionsOf(work, payload.signal_id) });
}

/** Whether a plan of the signal was filed before. */
export function knows(deal: DealState, signalId: string): boolean {
  for (const { snapshot } of deal.records.values()) if (snapshot.signal_id === signalId) return true;
  return false;
}

function supersedeOlder(work: WorkingCopy, plan: PlanDecided): void {
  const { supersedes: reason, supersedes_only: only } = plan;
  if (reason === null) return;
  // What it leaves alone must not be moot for ever, so the horizon stays; a plan that comes later is checked when it runs.
  if (only !== undefined) {
    const older = work.all().filter(({ fired_at }) => fired_at < plan.fired_at);
    for (const record of older) if (only.includes(record.snapshot.action.type)) end(work, record, reason);
    return;
  }
  const current = work.horizon();
  if (current !== null && current.fired_at >= plan.fired_at) return;
  const setAt = new Date(work.now).toISOString();
  work.moveHorizon({ fired_at: plan.fired_at, reason, set_at: setAt });
  for (const record of work.all()) supersede(work, record);
}

function ignore(work: WorkingCopy, record: ActionRecord, echo: ActionRecord): void {
  const reason = `the signal is the echo of our own write, ${echo.snapshot.action.action_id}`;
  work.apply(record, { kind: "supersede", reason }, ({ snapshot }) => ({
    step: "echo_recognised",
    summary: `The ${actionTitle(snapshot.action)} is not needed: ${reason}.`,
    actor: BY_SIGNAL,
    data: { action_id: echo.snapshot.action.action_id },
  }));
}

function file(work: WorkingCopy, record: ActionRecord, controls: ControlsView | null, isShadow: boolean): void {
  const { action, signal_id } = record.snapshot;
  if (work.get(action.action_id) !== undefined) return;
  if (isMoot(work, record)) {
    supersede(work, record);
    return;
  }
  if (isShadow || levelOf(action, controls) === "shadow") {
    work.apply(record, { kind: "shadow" }, () => ({
      step: "shadowed",
      summary: `The ${actionTitle(action)} was recorded in shadow; it never runs.`,
      actor: BY_POLICY,
      data: { rule_id: action.rule_id, approval: action.approval, reason: action.reason },
    }));
    return;
  }
  if (record.step !== null) {
    work.apply(record, { kind: "queue" }, () => ({
      step: "proposed",
      summary: `The ${actionTitle(action)} is a step of a plan that is done as a whole or not at all.`,
      actor: BY_POLICY,
    }));
    return;
  }
  const alike = earlierAlike(work.all(), record, work.now);
  if (alike === null) {
    offer(work, record, controls);
    return;
  }
  const note = `folded into ${alike.snapshot.action.action_id}`;
  const data = { into: alike.snapshot.action.action_id };
  work.apply(record, { kind: "supersede", reason: note }, () => ({
    step: "folded",
    summary: `The ${actionTitle(action)} was ${note}: a similar one is already ${alike.snapshot.state}.`,
    actor: BY_SIGNAL,
    data,
  }));
  if (alike.snapshot.state !== "pending") return;
  work.apply(alike, { kind: "fold", signal_id }, () => ({
    step: "folded",
    summary: `A similar ${actionTitle(action)} of a later signal was folded into this one.`,
    actor: BY_SIGNAL,
    data: { from: action.action_id, signal_id },
  }));
}

function newRecord(action: Action, step: number, plan: Event<PlanDecided>, subject: string, now: number): ActionRecord {
  const at = new Date(now).toISOString();
  const { payload } = plan;
  return {
    machine_version: MACHINE_VERSION,
    fired_at: payload.fired_at,
    plan_event_id: plan.event_id,
    released_at: null,
    changed_at: at,
    lease: null,
    maybe_done: false,
    step: payload.atomic ? step : null,
    kept: null,
    edited: false,
    erased: false,
    owed: [],
    snapshot: {
      action,
      state: "proposed",
      version: 1,
      subject,
      subject_name: payload.subject_name,
      signal_id: payload.signal_id,
      correlation_id: plan.correlation_id,
      proposed_at: at,
      due_at: null,
      released_by: null,
      decided_by: null,
      decided_at: null,
      note: null,
      folded_signals: [],
      effect: null,
      error: null,
      shadow: false,
      held: null,
      undo_until: null,
      undo_note: undoTerms(action).note,
      escalated_to: null,
    },
  };
}

function actionsOf(work: WorkingCopy, signalId: string): ProposeResult["actions"] {
  const own = work.all().filter(({ snapshot }) => snapshot.signal_id === signalId);
  return own.map(({ snapshot: { action, state, note } }) => ({ action_id: action.action_id, state, note }));
}
