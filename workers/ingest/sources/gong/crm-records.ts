// The CRM records that a call is about, as Gong links them. Rule: a reference is the CRM's own, so that a call meets
// the deal that the CRM's webhooks tell of; a CRM that we have no references for names nothing.
import { recordIdOf } from "../salesforce/record-id.ts";
import type { GongContext } from "./call.ts";

/** `role` is what a signal calls the record. */
export type CrmRecord = { role: "deal" | "account" | "contact"; reference: string };

const ROLES: ReadonlyMap<string, CrmRecord["role"]> = new Map([
  ["salesforce opportunity", "deal"],
  ["salesforce account", "account"],
  ["salesforce contact", "contact"],
  ["hubspot deal", "deal"],
  ["hubspot company", "account"],
  ["hubspot contact", "contact"],
]);

/** The deals, accounts and contacts of these contexts, in their order and each once. */
export function crmRecordsOf(contexts: readonly GongContext[]): CrmRecord[] {
  const records = new Map<string, CrmRecord>();
  for (const context of contexts.flatMap((list) => list ?? [])) {
    for (const object of context?.objects ?? []) {
      const record = context === null || object === null ? null : recordOf(context.system.toLowerCase(), object);
      if (record !== null) records.set(record.reference, record);
    }
  }
  return [...records.values()];
}

function recordOf(system: string, { objectType, objectId }: { objectType: string; objectId: string }) {
  const role = ROLES.get(`${system} ${objectType.toLowerCase()}`);
  const id = system === "salesforce" ? salesforceIdOf(objectId) : hubspotIdOf(objectId);
  return role === undefined || id === null ? null : { role, reference: `${system}:${id}` };
}

/** Of 15 characters or 18; the 18 are taken as they are, because in Gong's own example their suffixes do not fit. */
function salesforceIdOf(id: string): string | null {
  return /^[0-9A-Za-z]{18}$/.test(id) ? id : recordIdOf(id);
}

function hubspotIdOf(id: string): string | null {
  return /^\d+$/.test(id) ? id : null;
}
