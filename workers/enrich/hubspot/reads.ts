// What enrichment asks of HubSpot, each thing once a batch. Rule: reads only, in as few calls as the API allows: one
// call per deal, then owner, contacts and tasks side by side.
import type { Hubspot } from "#connectors/hubspot.ts";
import { associated, type HubspotOwner, type HubspotRecord } from "#connectors/hubspot-records.ts";
import type { CallResult } from "#runtime/http.ts";
import { memo } from "../memo.ts";

const DEAL = {
  properties: [
    "dealname",
    "dealstage",
    "pipeline",
    "amount",
    "closedate",
    "hubspot_owner_id",
    "createdate",
    "hs_v2_date_entered_current_stage",
    "notes_last_updated",
    "hs_is_closed",
    "hs_is_closed_won",
  ],
  associations: ["companies", "contacts", "tasks"],
} as const;
const CONTACT_PROPERTIES = ["firstname", "lastname", "email", "jobtitle", "hs_email_optout"];
const CONTACT_LINKS = { properties: ["email"], associations: ["deals", "companies"] } as const;
const COMPANY = { properties: ["name", "domain", "industry", "numberofemployees"] };
const TASK_PROPERTIES = ["hs_task_subject", "hs_task_status", "hs_timestamp"];

/** The contract takes 100 contacts and 100 open tasks, which is also what one batch/read answers. */
export const MAX_READ = 100;

/** What hangs on a deal; each part may be missing on its own. */
export type Surroundings = {
  /** Null when nobody owns the deal. */
  owner: CallResult<HubspotOwner> | null;
  contacts: CallResult<HubspotRecord[]>;
  tasks: CallResult<HubspotRecord[]>;
};

type Read<Input, Value> = (input: Input, correlationId: string) => Promise<CallResult<Value>>;

export type HubspotReads = {
  deal: Read<string, HubspotRecord>;
  surroundings(deal: HubspotRecord, correlationId: string): Promise<Surroundings>;
  company: Read<string, HubspotRecord>;
  /** A contact with the ids of its deals and companies. */
  contact: Read<string, HubspotRecord>;
  /** The deals of a contact, as far as whether they are closed. */
  dealsOf: Read<HubspotRecord, HubspotRecord[]>;
};

/** Made for one batch. */
export function createReads(hubspot: Hubspot): HubspotReads {
  const byId = (id: string) => id;
  const owner = memo(byId, (id, trace) => hubspot.getOwner(id, trace));
  return {
    deal: memo(byId, (id, trace) => hubspot.getRecord("deals", id, DEAL, trace)),
    company: memo(byId, (id, trace) => hubspot.getRecord("companies", id, COMPANY, trace)),
    contact: memo(byId, (id, trace) => hubspot.getRecord("contacts", id, CONTACT_LINKS, trace)),
    dealsOf: memo(
      (contact: HubspotRecord) => contact.id,
      (contact, trace) => hubspot.batchRead("deals", associated(contact, "deals").ids, ["hs_is_closed"], trace),
    ),
    surroundings: memo(
      (deal: HubspotRecord) => deal.id,
      async (deal, trace) => {
        const ownerId = deal.properties.hubspot_owner_id;
        const contactIds = associated(deal, "contacts").ids.slice(0, MAX_READ);
        const [owned, contacts, tasks] = await Promise.all([
          ownerId ? owner(ownerId, trace) : null,
          hubspot.batchRead("contacts", contactIds, CONTACT_PROPERTIES, trace),
          hubspot.batchRead("tasks", newestTasks(deal), TASK_PROPERTIES, trace),
        ]);
        return { owner: owned, contacts, tasks };
      },
    ),
  };
}

/** The newest tasks by id, which HubSpot counts upwards: what is still open is rarely the oldest. */
function newestTasks(deal: HubspotRecord): string[] {
  const byAge = associated(deal, "tasks").ids.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return byAge.slice(-MAX_READ);
}
