// What kind of change a HubSpot event tells, in our words: a record's life, a property, or an association.
// Rule: an association change has no objectId; the changed record is `fromObjectId`, and the deal of a pair is what the
// signal is about whichever side tells it (HubSpot sends one event for each side).
import type { SignalFacts, SignalType } from "#contract/signal-received.ts";
import type { HubspotEvent } from "./event.ts";
import { type HubspotRecord, recordOf, subjectOf } from "./record.ts";
import { NAMED_PROPERTIES, type Subscription } from "./subscription.ts";

type Change = {
  signalType: SignalType;
  /** The records that the event names; never empty. */
  records: readonly [HubspotRecord, ...HubspotRecord[]];
  payload: SignalFacts;
  /** The record or the pair, as a part of the event's identity. */
  identity: string;
};

/** `missing` is the field without which this kind of event means nothing. */
export type ChangeResult = { ok: true; change: Change } | { ok: false; missing: keyof HubspotEvent };

/** What HubSpot sends in place of a sensitive value (HubSpot, "Sensitive data"). */
export const REDACTED = "REDACTED";
/** Limits of the contract; a rich-text property can be longer than a signal has use for. */
const MAX_VALUE = 10_000;
const MAX_RELATED = 200;
const MAX_NAME = 200;
const MAX_COMPETITORS = 100;
/** Of the named changes of a property, those of a person who matters to a deal. */
const STAKEHOLDER_EVENTS: ReadonlySet<string> = new Set([
  "contact.title_changed",
  "contact.employer_changed",
  "contact.buying_role_changed",
  "contact.email_bounced",
]);
/** Usual names of the property that names competitors on a deal. */
const COMPETITOR_PROPERTIES: ReadonlySet<string> = new Set(["competitor", "competitors", "main_competitor"]);

/** The change that an event of this subscription tells, or the field it lacks. */
export function changeOf(event: HubspotEvent, { object, change }: Subscription): ChangeResult {
  if (change === "association_changed") return associationOf(event, object);
  const survivor = change === "merged" ? (event.newObjectId ?? event.primaryObjectId) : null;
  const id = survivor ?? event.objectId;
  if (!id) return { ok: false, missing: "objectId" };
  const record = recordOf(id, object, event.objectTypeId);
  const told = (payload: SignalFacts): ChangeResult => {
    const signalType = STAKEHOLDER_EVENTS.has(payload.event) ? "stakeholder_change" : "crm_event";
    return { ok: true, change: { signalType, records: [record], payload, identity: event.objectId ?? id } };
  };

  if (change === "merged") {
    const gone = [event.primaryObjectId, ...(event.mergedObjectIds ?? [])].filter((other) => other && other !== id);
    const related = gone.map((other) => recordOf(String(other), object, event.objectTypeId).reference);
    return told({ event: `${record.object}.merged`, related: related.slice(0, MAX_RELATED) });
  }
  if (change !== "property_changed") return told({ event: `${record.object}.${change}` });
  if (!event.propertyName) return { ok: false, missing: "propertyName" };
  const value = newValueOf(event);
  return told({
    event: nameOf(record, event.propertyName, value),
    property: event.propertyName,
    ...value,
    ...competitorsOf(event.propertyName, value),
  });
}

/** A bounce that is taken back (the reason emptied, the count set to 0) is a change like any other. */
function nameOf({ object }: HubspotRecord, property: string, { new_value }: Partial<SignalFacts>): string {
  const name = NAMED_PROPERTIES[`${object}.${property}`] ?? `${object}.property_changed`;
  const takenBack = name === "contact.email_bounced" && (new_value === null || new_value === "0");
  return takenBack ? `${object}.property_changed` : name;
}

/** Teams keep competitors in a property of their own; HubSpot separates the values of a multiple choice by semicolons. */
function competitorsOf(property: string, { new_value }: Partial<SignalFacts>): Partial<SignalFacts> {
  if (!COMPETITOR_PROPERTIES.has(property) || !new_value) return {};
  const names = new_value.split(";").map((name) => name.trim().slice(0, MAX_NAME));
  return { competitors: names.filter((name) => name !== "").slice(0, MAX_COMPETITORS) };
}

/** Empty means cleared; a hidden value is never passed on, not even its placeholder. */
function newValueOf({ isSensitive, propertyValue }: HubspotEvent): Partial<SignalFacts> {
  if (isSensitive || propertyValue === REDACTED) return { sensitive: true };
  if (propertyValue === undefined || propertyValue === null) return {};
  return { new_value: propertyValue === "" ? null : propertyValue.slice(0, MAX_VALUE) };
}

function associationOf(event: HubspotEvent, object: Subscription["object"]): ChangeResult {
  if (!event.fromObjectId) return { ok: false, missing: "fromObjectId" };
  if (!event.toObjectId) return { ok: false, missing: "toObjectId" };
  const [fromName, toName] = sidesOf(event.associationType);
  const from = recordOf(event.fromObjectId, object === "object" ? fromName : object, event.fromObjectTypeId);
  const to = recordOf(event.toObjectId, event.toObjectTypeId ? null : toName, event.toObjectTypeId);
  const subject = subjectOf([from, to]);
  const people = [from, to].some((side) => side.object === "contact") && subject.object === "deal";
  const removed = event.associationRemoved === true;
  const name = people
    ? `contact.${removed ? "removed_from" : "added_to"}_deal`
    : `${subject.object}.association_${removed ? "removed" : "added"}`;
  const change: Change = {
    signalType: people ? "stakeholder_change" : "crm_event",
    records: [from, to],
    payload: { event: name, related: [subject === from ? to.reference : from.reference] },
    identity: `${event.fromObjectId}>${event.toObjectId}`,
  };
  return { ok: true, change };
}

/** `DEAL_TO_LINE_ITEM` as deal and line_item. A side with another label (`PARENT_TO_CHILD_COMPANY`) has no name. */
function sidesOf(associationType: string | null | undefined): [string | null, string | null] {
  const sides = /^(DEAL|CONTACT|COMPANY|TICKET|LINE_ITEM)_TO_(DEAL|CONTACT|COMPANY|TICKET|LINE_ITEM)$/.exec(
    associationType ?? "",
  );
  return [sides?.[1]?.toLowerCase() ?? null, sides?.[2]?.toLowerCase() ?? null];
}
