// From a HubSpot event to a signal: the envelope of facts around the change, and the event's identity. Rule: identity
// is portal, subscription type, record or pair, property, eventId and time. eventId alone is documented as not unique;
// attemptNumber changes with every attempt, and two subscriptions may tell one change.
import type { SignalFacts } from "#contract/signal-received.ts";
import type { SignalDraft } from "#runtime/signal.ts";
import { changeOf } from "./change.ts";
import type { HubspotEvent } from "./event.ts";
import { referencesOf, subjectOf } from "./record.ts";
import type { Subscription } from "./subscription.ts";

export type DraftResult = { ok: true; draft: SignalDraft } | { ok: false; missing: keyof HubspotEvent };

/** `type` is the subscription type as sent; an event that names no time fired when it was received. */
export function draftOf(
  event: HubspotEvent,
  subscription: Subscription,
  type: string,
  receivedAt: string,
): DraftResult {
  const result = changeOf(event, subscription);
  if (!result.ok) return result;
  const { signalType, records, payload, identity } = result.change;
  const occurredAt = event.occurredAt ?? null;
  const draft = {
    signal_type: signalType,
    subject: subjectOf(records).reference,
    ...referencesOf(records),
    payload: { ...payload, changed_by: event.changeSource?.slice(0, 200), facts: factsOf(event) },
    fired_at: occurredAt === null ? receivedAt : new Date(occurredAt).toISOString(),
    identity: [
      event.portalId ?? null,
      type,
      identity,
      event.propertyName ?? null,
      event.eventId,
      occurredAt === null ? null : String(occurredAt),
    ],
  };
  return { ok: true, draft };
}

/** What only HubSpot has; what the event does not carry is left out. */
function factsOf(event: HubspotEvent): SignalFacts["facts"] {
  const facts = {
    portal_id: event.portalId,
    source_id: event.sourceId,
    object_type_id: event.objectTypeId,
    association_type: event.associationType,
    message_id: event.messageId,
    message_type: event.messageType,
  };
  const known = Object.entries(facts).flatMap(([name, value]) => (value ? [[name, value.slice(0, 2_000)]] : []));
  return Object.fromEntries(known);
}
