// Who did it, as references: the visitor as the source knows them, and the records of a CRM that the source was told
// they are. Rule: an address is never part of a reference, because references are in the trail, which is not erased.
import { fingerprint } from "./fingerprint.ts";

export type Visitor = {
  /** The source's own id of a person who is known, and of a browser or device. */
  userId: string | null;
  anonymousId: string | null;
};

/** The contact and the account of a CRM, each `system:id` or null. */
export type Records = { contact_id: string | null; account_id: string | null };

export const NO_RECORDS: Records = { contact_id: null, account_id: null };

/** What goes into a reference as it is: most ids, and no address. */
const PLAIN = /^[\w.:+/=-]{1,150}$/;

/** 15 characters, or 18 with the case-safe suffix (Salesforce, "ID Field Type"). */
const SALESFORCE_ID = /^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/;
const HUBSPOT_ID = /^\d{1,20}$/;

/** `segment:user-97980cfea0067`, else `segment:anon-…`; null when neither is known. */
export function visitorReference(source: string, { userId, anonymousId }: Visitor): string | null {
  if (userId !== null) return referenceOf(source, "user", userId);
  return anonymousId === null ? null : referenceOf(source, "anon", anonymousId);
}

/** `source:kind-id`, with the fingerprint of an id that does not fit or is an address. */
export function referenceOf(source: string, kind: string, id: string): string {
  return `${source}:${kind}-${PLAIN.test(id) ? id : `hash-${fingerprint(id)}`}`;
}

/** The records that traits name: `hubspot_contact_id`, `salesforce_contact_id`, `hubspot_company_id`, `salesforce_account_id`. */
export function recordsOf(traits: Readonly<Record<string, unknown>>): Records {
  const find = (hubspotTrait: string, salesforceTrait: string) =>
    idOf("hubspot", traits[hubspotTrait], HUBSPOT_ID) ?? idOf("salesforce", traits[salesforceTrait], SALESFORCE_ID);
  return {
    contact_id: find("hubspot_contact_id", "salesforce_contact_id"),
    account_id: find("hubspot_company_id", "salesforce_account_id"),
  };
}

function idOf(system: string, value: unknown, form: RegExp): string | null {
  const id = typeof value === "string" || typeof value === "number" ? String(value) : "";
  return form.test(id) ? `${system}:${id}` : null;
}
