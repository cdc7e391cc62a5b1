// What the object publishes about its news: one audit step for each, and the release of an action that may run now.
// Rules: built together with the change and stored in the same transaction, so that neither exists without the other;
// a step carries its signal's fate only when the change changed it, so that a lease that runs out after its message
// became a dead letter does not say "waiting" over the ledger's "dead_lettered".

import type { Fate } from "#contract/audit-step.ts";
import type { Envelope } from "#contract/envelope.ts";
import { actionReleased, auditStep } from "#contract/messages.ts";
import { stepOf } from "#runtime/audit.ts";
import { createEnvelope, type EnvelopePorts } from "#runtime/publish.ts";
import type { ActionRecord } from "./action-record.ts";
import type { Change, DealState, News } from "./deal-state.ts";
import { fateOf } from "./fate.ts";

export type Publication = { queue: "actions" | "audit"; envelope: Envelope };

/** `before` is the deal before the change. In the order of the news; a fate is the one after the whole change. */
export function publicationsOf(before: DealState, change: Change, ports: EnvelopePorts): Publication[] {
  return change.news.flatMap((item) => {
    const { signal_id } = item.record.snapshot;
    const fate = fateOf(signal_id, change.deal.records.values());
    const changedFate = fate === fateOf(signal_id, before.records.values()) ? null : fate;
    const release = item.publishRelease ? releaseOf(item.record, ports) : [];
    return [...release, stepPublication(item, changedFate, ports)];
  });
}

function stepPublication(item: News, fate: Fate | null, ports: EnvelopePorts): Publication {
  const { snapshot, changed_at } = item.record;
  const step = stepOf({
    signal_id: snapshot.signal_id,
    layer: "deal",
    step: item.step,
    at: changed_at,
    summary: item.summary,
    data: item.data,
    actor: item.actor,
    fate,
    action: snapshot,
  });
  return { queue: "audit", envelope: createEnvelope(auditStep, step, originOf(item.record), ports) };
}

function releaseOf(record: ActionRecord, ports: EnvelopePorts): Publication[] {
  const { snapshot, released_at } = record;
  if (snapshot.released_by === null || released_at === null) return [];
  const payload = {
    subject: snapshot.subject,
    signal_id: snapshot.signal_id,
    action: snapshot.action,
    released_by: snapshot.released_by,
    released_at,
  };
  return [{ queue: "actions", envelope: createEnvelope(actionReleased, payload, originOf(record), ports) }];
}

function originOf({ snapshot, plan_event_id }: ActionRecord) {
  return {
    correlation_id: snapshot.correlation_id,
    priority: snapshot.action.priority,
    causation_id: plan_event_id,
  };
}
