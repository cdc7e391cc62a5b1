// What the object publishes about its news: one audit step for each, the release of an action that may run now (or be
// rechecked before), a notice where a person may have a say, and what people decided for the autopilot's counts.
// Rules: built together with the change and stored in the same transaction, so that neither exists without the other;
// a step carries its signal's fate only when the change changed it, so that a lease that runs out after its message
// became a dead letter does not say "waiting" over the ledger's "dead_lettered".

import type { ActionState } from "#contract/action-state.ts";
import type { AuditStep, Fate } from "#contract/audit-step.ts";
import type { ActionOutcome } from "#contract/controls.ts";
import type { Envelope, Event } from "#contract/envelope.ts";
import { actionChanged, actionReleased, auditStep } from "#contract/messages.ts";
import { stepOf } from "#runtime/audit.ts";
import { createEnvelope, type EnvelopePorts } from "#runtime/publish.ts";
import type { ActionRecord } from "./action-record.ts";
import type { Change, DealState, News } from "./deal-state.ts";
import { fateOf } from "./fate.ts";
import { humanOutcome } from "./human-outcome.ts";

/** Releases first, because people wait for them; the order in which `drainOutbox` sends. */
export const OUTBOX_QUEUES = ["actions", "rechecks", "notices", "audit"] as const;

export type Publication =
  | { queue: "actions" | "rechecks" | "notices"; envelope: Envelope }
  | { queue: "audit"; envelope: Event<AuditStep> }
  | { queue: "controls"; outcome: ActionOutcome };

/** `before` is the deal before the change. In the order of the news; a fate is the one after the whole change. */
export function publicationsOf(before: DealState, change: Change, ports: EnvelopePorts): Publication[] {
  return change.news.flatMap((item) => {
    const { signal_id } = item.record.snapshot;
    const fate = fateOf(signal_id, change.deal.records.values());
    const changedFate = fate === fateOf(signal_id, before.records.values()) ? null : fate;
    const release = item.publishRelease ? releaseOf(item.record, ports) : [];
    const outcome = humanOutcome(item);
    const counted: Publication[] = outcome === null ? [] : [{ queue: "controls", outcome }];
    return [...release, ...noticeOf(item, ports), stepPublication(item, changedFate, ports), ...counted];
  });
}

function stepPublication(item: News, fate: Fate | null, ports: EnvelopePorts): Publication {
  const { step, summary, actor, data, record } = item;
  return stepOfRecord(record, { step, summary, actor, data, fate, at: record.changed_at }, ports);
}

/** A step of the action, with the action as `record` is. */
export function stepOfRecord(
  record: ActionRecord,
  told: Pick<AuditStep, "step" | "at" | "summary" | "data" | "actor" | "fate">,
  ports: EnvelopePorts,
): Publication {
  const { snapshot } = record;
  const step = stepOf({ ...told, signal_id: snapshot.signal_id, layer: "deal", action: snapshot });
  return { queue: "audit", envelope: { ...createEnvelope(auditStep, step, originOf(record), ports), payload: step } };
}

/** The release of an action that may run; none for any other. */
export function releaseOf(record: ActionRecord, ports: EnvelopePorts): Publication[] {
  const { snapshot, released_at } = record;
  if (snapshot.released_by === null || released_at === null) return [];
  const payload = {
    subject: snapshot.subject,
    signal_id: snapshot.signal_id,
    action: snapshot.action,
    released_by: snapshot.released_by,
    released_at,
    operation: snapshot.state === "compensating" ? "compensate" : "perform",
    validity: null,
  } as const;
  const queue = isToBeRechecked(record) ? "rechecks" : "actions";
  return [{ queue, envelope: createEnvelope(actionReleased, payload, originOf(record), ports) }];
}

/** Unattended and not at the moment of its decision, when the context was fresh. */
function isToBeRechecked({ snapshot, released_at }: ActionRecord): boolean {
  const { state, action, released_by, proposed_at } = snapshot;
  return (
    state === "released" && action.still_valid !== null && released_by !== "approval" && released_at !== proposed_at
  );
}

/** What a page or a card about the action shows is no longer so. */
export function noticeOf({ record, before }: Pick<News, "record" | "before">, ports: EnvelopePorts): Publication[] {
  const { snapshot } = record;
  const isShown = SHOWN.has(snapshot.state) || (before !== null && SHOWN.has(before));
  if (!isShown) return [];
  return [{ queue: "notices", envelope: createEnvelope(actionChanged, { snapshot }, originOf(record), ports) }];
}

/** States in which a person may have a say. */
const SHOWN: ReadonlySet<ActionState> = new Set(["pending", "unknown", "compensating", "compensation_failed"]);

function originOf({ snapshot, plan_event_id }: ActionRecord) {
  return {
    correlation_id: snapshot.correlation_id,
    priority: snapshot.action.priority,
    causation_id: plan_event_id,
  };
}
