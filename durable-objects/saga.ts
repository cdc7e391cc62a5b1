// Carries an atomic plan on: each step is proposed when the one before is done; when one ends otherwise, the later ones
// are superseded and the earlier effects are taken back, the latest first. Rules: an effect is taken back only when no
// step can still change; a step that can't be taken back does not stop the others.
import type { ActionState } from "#contract/action-state.ts";
import type { ControlsView } from "#contract/controls.ts";
import { BY_PLAN } from "./action-change.ts";
import type { ActionRecord } from "./action-record.ts";
import { actionTitle } from "./action-title.ts";
import type { WorkingCopy } from "./deal-state.ts";
import { offer } from "./offer.ts";

const BROKEN: ReadonlySet<ActionState> = new Set([
  "failed",
  "rejected",
  "expired",
  "superseded",
  "compensating",
  "compensated",
  "compensation_failed",
]);
const RUNNING: ReadonlySet<ActionState> = new Set(["executing", "unknown", "compensating"]);

/** Takes every step that the states of the atomic plans which this command touched allow; called last. */
export function advancePlans(work: WorkingCopy, controls: ControlsView | null): void {
  const touched = work.changed().filter(({ step }) => step !== null);
  for (const signalId of new Set(touched.map(({ snapshot }) => snapshot.signal_id)))
    advancePlan(work, signalId, controls);
}

function advancePlan(work: WorkingCopy, signalId: string, controls: ControlsView | null): void {
  const steps = () => stepsOf(work, signalId);
  const broken = steps().find(({ snapshot }) => BROKEN.has(snapshot.state));
  if (broken === undefined) {
    const next = steps().find(({ snapshot }) => snapshot.state !== "executed");
    if (next?.snapshot.state === "proposed") offer(work, next, controls);
    return;
  }
  const reason = `another step of its plan, the ${actionTitle(broken.snapshot.action)}, did not stay done`;
  for (const record of steps()) {
    work.apply(record, { kind: "supersede", reason }, ({ snapshot }) => ({
      step: "superseded",
      summary: `The ${actionTitle(snapshot.action)} will not run: ${reason}.`,
      actor: BY_PLAN,
    }));
  }
  // One after the other, so that each is settled before the one under it goes; those that can't be taken back fail at once.
  for (const record of steps().reverse()) {
    if (steps().some((step) => RUNNING.has(step.snapshot.state) || mayStillRun(step))) return;
    compensate(work, record, reason);
  }
}

function compensate(work: WorkingCopy, record: ActionRecord, reason: string): void {
  work.apply(record, { kind: "compensate", reason }, ({ snapshot }) => ({
    step: snapshot.state,
    summary:
      snapshot.state === "compensating"
        ? `The ${actionTitle(snapshot.action)} is being taken back: ${reason}.`
        : `The ${actionTitle(snapshot.action)} can't be taken back. ${snapshot.error}`,
    actor: BY_PLAN,
  }));
}

function mayStillRun({ snapshot }: ActionRecord): boolean {
  return snapshot.state === "released" || snapshot.state === "pending";
}

function stepsOf(work: WorkingCopy, signalId: string): ActionRecord[] {
  const steps = work.all().filter(({ step, snapshot }) => step !== null && snapshot.signal_id === signalId);
  return steps.sort((a, b) => (a.step ?? 0) - (b.step ?? 0));
}
