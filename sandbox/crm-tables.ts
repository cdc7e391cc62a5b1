// What the two CRMs hold, as tables for the page: each kind of record with its count and its newest first.
// Rule: short; a record is one line, and the state has the rest.
import type { Deps } from "./deps.ts";
import { NAMING, OBJECT_TYPES, type ObjectType } from "./systems/hubspot/object-types.ts";
import { type CrmObject, crm } from "./systems/hubspot/records.ts";
import { org, type SObject } from "./systems/salesforce/records.ts";
import { SOBJECT_TYPES, type SObjectType } from "./systems/salesforce/sobject-types.ts";

export type CrmTable = {
  title: string;
  /** Of all that are there; `rows` are the newest of them. */
  count: number;
  rows: { id: string; at: string; text: string }[];
};

const SHOWN = 100;
/** The properties that say most about a record, in the order in which they are shown. */
const HUBSPOT: Readonly<Record<ObjectType, readonly string[]>> = {
  contacts: ["firstname", "lastname", "jobtitle", "email"],
  companies: ["name", "domain", "industry", "numberofemployees"],
  deals: ["dealname", "dealstage", "amount", "closedate", "hs_next_step"],
  tasks: ["hs_task_subject", "hs_task_status", "hs_timestamp", "dealwire_action_id"],
  notes: ["hs_note_body"],
  calls: ["hs_call_title", "hs_call_direction", "hs_timestamp"],
  meetings: ["hs_meeting_title", "hs_meeting_outcome", "hs_timestamp"],
};
const SALESFORCE: Readonly<Partial<Record<SObjectType, readonly string[]>>> = {
  Account: ["Name", "Website", "Industry", "NumberOfEmployees"],
  Contact: ["Name", "Title", "Email"],
  Lead: ["Name", "Company", "Email", "Status"],
  Opportunity: ["Name", "StageName", "Amount", "CloseDate", "NextStep"],
  Task: ["Subject", "Status", "ActivityDate", "Dealwire_Key__c"],
  Event: ["Subject", "StartDateTime"],
  User: ["Name", "Email", "TimeZoneSidKey"],
};

/** Tables of what is there; a kind without records has none. */
export function crmTables(deps: Deps): CrmTable[] {
  const hubspot = OBJECT_TYPES.map((type) => {
    const live = crm(deps)
      .list(type)
      .filter(({ archived }) => !archived);
    return table(`HubSpot ${NAMING[type].singular} records`, live, (one: CrmObject) => ({
      id: one.id,
      at: one.updated_at,
      text: line(HUBSPOT[type].map((name) => one.properties[name])),
    }));
  });
  const salesforce = SOBJECT_TYPES.flatMap((type) => {
    const names = SALESFORCE[type];
    if (names === undefined) return [];
    const live = org(deps, "")
      .list(type)
      .filter((one) => !one.is_deleted);
    const row = (one: SObject) => ({
      id: one.id,
      at: String(one.fields.LastModifiedDate ?? ""),
      text: line(names.map((name) => one.fields[name])),
    });
    return [table(`Salesforce ${type} records`, live, row)];
  });
  return [...hubspot, ...salesforce].filter(({ count }) => count > 0);
}

function table<T>(title: string, live: readonly T[], row: (one: T) => CrmTable["rows"][number]): CrmTable {
  const rows = live.map(row).sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  return { title, count: live.length, rows: rows.slice(0, SHOWN) };
}

function line(values: readonly (string | number | boolean | null | undefined)[]): string {
  return values.filter((value) => value !== null && value !== undefined && value !== "").join(" · ");
}
