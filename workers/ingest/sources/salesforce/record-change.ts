// What every route of Salesforce comes down to: something happened to one record. And what that is as a signal. Rule:
// the record, its lookups and its key prefixes decide what the signal is about; the route decides only its identity.

import type { SignalDraft } from "#runtime/signal.ts";
import { instantOf } from "../instant.ts";
import { type Facts, type Fields, type FieldValue, factsOf, textOf } from "./fields.ts";
import { type Role, recordIdOf, roleOf } from "./record-id.ts";
import { eventOf } from "./telling.ts";

export type RecordChange = {
  /** The object's API name, `Opportunity` or `Invoice__c`. */
  object: string;
  /** 18 characters; of a platform event, which is no record, its UUID. */
  recordId: string;
  /** `unseen`: it changed, and Salesforce does not say how. `published`: a platform event. */
  kind: "created" | "updated" | "deleted" | "restored" | "unseen" | "published";
  /** API names of the changed fields, where the route tells them. */
  changed: readonly string[];
  fields: Fields;
  /** Who or what did it, as Salesforce says. */
  changedBy: string | null;
  /** What only this route tells. */
  facts: Readonly<Record<string, FieldValue | undefined>>;
  /** When it happened, in any form; otherwise it happened when it arrived. */
  occurredAt: unknown;
  identity: SignalDraft["identity"];
};

/** Lookup fields that name whom or what a record belongs to; a role is filled by the first that has it. */
const LOOKUPS = ["OpportunityId", "WhatId", "ContactId", "WhoId", "LeadId", "AccountId"];

const MAX_VALUE = 10_000;
const MAX_NAME = 200;

/** The signal of a change. An event can't have happened after it arrived: a later time is the sender's clock. */
export function draftOf(change: RecordChange, receivedAt: string): SignalDraft {
  const own = `salesforce:${change.recordId}`;
  const parties = partiesOf(change);
  const subject = parties.get("deal") ?? parties.get("contact") ?? parties.get("account") ?? own;
  const related = [...new Set([own, ...parties.values()])].filter((reference) => reference !== subject);
  const { signalType, event, property, value } = eventOf(change);
  const newValue = textOf(value);
  const firedAt = instantOf(change.occurredAt) ?? receivedAt;
  return {
    signal_type: signalType,
    subject,
    deal_id: parties.get("deal") ?? null,
    contact_id: parties.get("contact") ?? null,
    account_id: parties.get("account") ?? null,
    payload: {
      event,
      property: property?.slice(0, MAX_NAME),
      new_value: newValue?.slice(0, MAX_VALUE) ?? newValue,
      related: related.length > 0 ? related : undefined,
      changed_by: change.changedBy?.slice(0, MAX_NAME) || undefined,
      facts: allFacts(change),
    },
    fired_at: firedAt < receivedAt ? firedAt : receivedAt,
    identity: change.identity,
  };
}

function allFacts({ object, changed, facts, fields }: RecordChange): Facts {
  return factsOf({ object, ...facts, changed_fields: changed.join(" ") }, fields);
}

/**
 * The record itself and the records that its lookups name, by role, each a reference. A platform event's fields have
 * names of the org's own, so there any value counts that is an id with its suffix.
 */
function partiesOf({ recordId, kind, fields }: RecordChange): ReadonlyMap<Role, string> {
  const parties = new Map<Role, string>();
  const suffixed = (value: FieldValue) => typeof value === "string" && value.length === 18;
  const named = kind === "published" ? [...fields.values()].filter(suffixed) : LOOKUPS.map((name) => fields.get(name));
  for (const value of [recordId, ...named]) {
    const id = typeof value === "string" ? recordIdOf(value) : null;
    const role = id === null ? null : roleOf(id);
    if (role !== null && !parties.has(role)) parties.set(role, `salesforce:${id}`);
  }
  return parties;
}
