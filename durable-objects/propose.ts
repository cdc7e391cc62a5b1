// Files the plan of one signal. Rules: the first plan of a signal stands; what an older signal asked for gives way to a
// signal that made it moot, in whichever order the two arrive; a similar action folds into the one that is already
// there instead of bothering people twice.

import type { Action } from "#contract/action.ts";
import type { ProposeResult } from "#contract/deal.ts";
import type { Event } from "#contract/envelope.ts";
import type { PlanDecided } from "#contract/plan-decided.ts";
import { BY_POLICY, BY_SIGNAL } from "./action-change.ts";
import { MACHINE_VERSION } from "./action-machine.ts";
import type { ActionRecord } from "./action-record.ts";
import { actionTitle } from "./action-title.ts";
import { type DealState, type Decided, type WorkingCopy, workOn } from "./deal-state.ts";
import { earlierAlike } from "./fold.ts";
import { isMoot, supersede } from "./supersede.ts";

/** `subject` is the name of the object, `clock` in milliseconds. A plan is known by its actions, all of which are kept, so it needs no row of its own. */
export function propose(
  deal: DealState,
  plan: Event<PlanDecided>,
  subject: string,
  clock: number,
): Decided<ProposeResult> {
  const work = workOn(deal, clock);
  const known = work.all().some(({ snapshot }) => snapshot.signal_id === plan.payload.signal_id);
  if (!known) {
    supersedeOlder(work, plan.payload);
    for (const action of plan.payload.actions) file(work, newRecord(action, plan, subject, work.now));
  }
  return work.finish({ accepted: !known, actions: actionsOf(work, plan.payload.signal_id) });
}

function supersedeOlder(work: WorkingCopy, plan: PlanDecided): void {
  const current = work.horizon();
  if (plan.supersedes === null || (current !== null && current.fired_at >= plan.fired_at)) return;
  const setAt = new Date(work.now).toISOString();
  work.moveHorizon({ fired_at: plan.fired_at, reason: plan.supersedes, set_at: setAt });
  for (const record of work.all()) supersede(work, record);
}

function file(work: WorkingCopy, record: ActionRecord): void {
  const { action, signal_id } = record.snapshot;
  if (work.get(action.action_id) !== undefined) return;
  if (isMoot(work, record)) {
    supersede(work, record);
    return;
  }
  const alike = earlierAlike(work.all(), record, work.now);
  if (alike === null) {
    work.apply(record, { kind: "propose" }, (after) => ({
      step: "proposed",
      summary: proposal(after),
      actor: BY_POLICY,
      data: { rule_id: action.rule_id, approval: action.approval, reason: action.reason },
    }));
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

function newRecord(action: Action, plan: Event<PlanDecided>, subject: string, now: number): ActionRecord {
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
    },
  };
}

function proposal({ snapshot }: ActionRecord): string {
  const { action, due_at } = snapshot;
  const title = `The ${actionTitle(action)} was proposed`;
  if (action.approval === "auto" || due_at === null) return `${title} and released at once by policy.`;
  const end = action.approval.on_timeout === "execute" ? "runs by itself" : "expires";
  return `${title}; it waits for a person until ${due_at}, then ${end}.`;
}

function actionsOf(work: WorkingCopy, signalId: string): ProposeResult["actions"] {
  const own = work.all().filter(({ snapshot }) => snapshot.signal_id === signalId);
  return own.map(({ snapshot: { action, state, note } }) => ({ action_id: action.action_id, state, note }));
}
