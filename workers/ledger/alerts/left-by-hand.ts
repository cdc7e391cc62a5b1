// The alert about an effect that could not be taken back: what a person has to do now, word for word. Rule: it is told when
// it happens and once, however often its step is; it has no end, because nobody but the person sees it.

import type { AlertSettings } from "#contract/alert-settings.ts";
import type { AuditStep } from "#contract/audit-step.ts";
import { OPS_SUBJECT } from "#contract/controls.ts";
import { alertPlan } from "#runtime/alert-plan.ts";
import type { Emission } from "#runtime/outcome.ts";
import type { EnvelopePorts } from "#runtime/publish.ts";

/** Empty for every other step, and for alerts that are taken back themselves. `origin` is where people reach dealwire. */
export async function leftByHand(
  { step, summary, at, action: snapshot }: AuditStep,
  settings: AlertSettings,
  origin: string,
  ports: EnvelopePorts,
): Promise<Extract<Emission, { envelope: unknown }>[]> {
  if (step !== "compensation_failed" || snapshot === null || snapshot.subject === OPS_SUBJECT) return [];
  const { action, subject, subject_name } = snapshot;
  const owner = action.owner === null ? "" : ` (${action.owner.name})`;
  // What to do comes first: reasons are the words of other systems, and long.
  const [why = "", ...left] = summary.split(" Left to do by hand: ");
  const row = {
    alert: `left_by_hand:${action.action_id}`,
    state: "firing",
    summary: `Left to do by hand on ${subject_name ?? subject}${owner}: ${[...left, why].join(" ")}`,
    link: `/approvals/${action.action_id}`,
    since: at,
    muted_until: null,
    muted_by: null,
  };
  const { plan, opening } = await alertPlan(row, settings, origin, ports);
  return [
    { queue: "audit", envelope: opening },
    { queue: "plans", envelope: plan },
  ];
}
