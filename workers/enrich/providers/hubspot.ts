// HubSpot as a provider of context. Rules: one call per deal, then what hangs on it side by side; associations are read
// from the records themselves, because the search lags and takes only five requests a second; it is used where nothing
// else answers, for a company's domain.
import { createHubspot, type Hubspot } from "#connectors/hubspot.ts";
import { associated, type HubspotRecord } from "#connectors/hubspot-records.ts";
import type { CallResult } from "#runtime/http.ts";
import { setting } from "#runtime/setting.ts";
import { parseTime } from "../days.ts";
import { crmDealOf } from "../hubspot/deal.ts";
import { numberOf, recordIdOf, referenceOf, textOf } from "../hubspot/property.ts";
import { readSurroundings } from "../hubspot/surroundings.ts";
import { createOnce, type Once } from "../once.ts";
import { mapRead, readOf } from "../read.ts";
import {
  type Asker,
  CALL_TIMEOUT_MS,
  type Crm,
  type CrmAccount,
  type CrmContact,
  type CrmDealSummary,
  type OpenDeals,
  type Provider,
  type Read,
} from "./provider.ts";

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
    "notes_next_activity_date",
    "hs_latest_meeting_activity",
    "hs_next_step",
    "hs_is_closed",
    "hs_is_closed_won",
  ],
  history: ["dealstage", "closedate"],
  associations: ["companies", "contacts", "tasks"],
} as const;
const SUMMARY_PROPERTIES = ["dealname", "amount", "hs_is_closed", "notes_last_updated", "createdate"];
const CONTACT = { properties: ["email"], associations: ["deals", "companies"] } as const;
const COMPANY = { properties: ["name", "domain", "industry", "numberofemployees"], associations: ["deals"] } as const;

export const hubspot: Provider = {
  system: "hubspot",
  title: "HubSpot",
  secret: "HUBSPOT_ACCESS_TOKEN",
  open(settings, ports) {
    const token = setting("HUBSPOT_ACCESS_TOKEN", settings.HUBSPOT_ACCESS_TOKEN);
    if (!token.ok) return token;
    const { HUBSPOT_API_URL: apiUrl, HUBSPOT_API_VERSION: apiVersion } = settings;
    const client = createHubspot({ apiUrl, apiVersion, accessToken: token.value, timeoutMs: CALL_TIMEOUT_MS }, ports);
    return { ok: true, crm: openCrm(client, createOnce("hubspot", ports.now)) };
  },
};

function openCrm(client: Hubspot, once: Once): Crm {
  const owner = once("owner", async (id, { correlationId }) =>
    readOf(await client.getOwner(id, correlationId), (owner) => owner),
  );
  const company = once("account", (id, asker) =>
    byId(id, (one) => client.getRecord("companies", one, COMPANY, asker.correlationId)),
  );
  const contact = once("contact", (id, asker) =>
    byId(id, (one) => client.getRecord("contacts", one, CONTACT, asker.correlationId)),
  );
  const openDeals = async (of: Read<HubspotRecord>, asker: Asker): Promise<Read<OpenDeals>> => {
    if (of.kind === "gone" || of.kind === "failed") return of;
    const { ids, complete } = associated(of.value, "deals");
    const deals = await client.batchRead("deals", ids, SUMMARY_PROPERTIES, asker.correlationId);
    return readOf(deals, (records) => {
      const open = records.filter(({ properties }) => properties.hs_is_closed !== "true");
      return { deals: open.toSorted(byNumber).map(summaryOf), complete };
    });
  };

  return {
    system: "hubspot",
    deal: once("deal", async (id, asker) => {
      const read = await byId(id, (one) => client.getRecord("deals", one, DEAL, asker.correlationId));
      if (read.kind === "gone" || read.kind === "failed") return read;
      return { ...read, value: crmDealOf(read.value, await readSurroundings(client, owner, read.value, asker)) };
    }),
    account: async (id, asker) => mapRead(await company(id, asker), accountOf),
    contact: async (id, asker) => mapRead(await contact(id, asker), contactOf),
    contactByEmail: once("contact by e-mail", async (email, { correlationId }) => {
      const selection = { ...CONTACT, idProperty: "email" };
      return readOf(await client.getRecord("contacts", email, selection, correlationId), contactOf);
    }),
    accountByDomain: once("account by domain", async (domain, { correlationId }) => {
      const found = await client.findBy("companies", "domain", domain, COMPANY.properties, correlationId);
      return readOf(found, (companies) => companies.toSorted(byNumber).map(accountOf)[0] ?? null);
    }),
    openDealsOfAccount: once("open deals of the account", async (id, asker) =>
      openDeals(await company(id, asker), asker),
    ),
    openDealsOfContact: once("open deals of the contact", async (id, asker) =>
      openDeals(await contact(id, asker), asker),
    ),
  };
}

/** Asking for a merged-away id answers the survivor. */
async function byId(
  reference: string,
  get: (id: string) => Promise<CallResult<HubspotRecord>>,
): Promise<Read<HubspotRecord>> {
  const id = recordIdOf(reference);
  if (id === null) return { kind: "gone" };
  const read = readOf(await get(id), (record) => record);
  return read.kind === "found" && read.value.id !== id ? { ...read, kind: "merged" } : read;
}

function accountOf(company: HubspotRecord): CrmAccount {
  const employees = numberOf(company, "numberofemployees");
  return {
    id: referenceOf(company.id),
    name: textOf(company, "name", 500),
    domain: textOf(company, "domain", 253),
    employeeCount: Number.isSafeInteger(employees) ? employees : null,
    industry: textOf(company, "industry", 200),
  };
}

function contactOf(contact: HubspotRecord): CrmContact {
  return {
    id: referenceOf(contact.id),
    email: textOf(contact, "email", 320),
    accountId: referenceOf(associated(contact, "companies").primary),
  };
}

function summaryOf(deal: HubspotRecord): CrmDealSummary {
  const { notes_last_updated: updated, createdate: created } = deal.properties;
  return {
    id: referenceOf(deal.id),
    name: textOf(deal, "dealname", 500) ?? `Deal ${deal.id}`,
    amount: numberOf(deal, "amount"),
    lastActivityMs: parseTime(updated ?? ""),
    createdMs: parseTime(created ?? ""),
  };
}

/** HubSpot's ids are numbers, too large for one. */
function byNumber(a: HubspotRecord, b: HubspotRecord): number {
  return a.id.length - b.id.length || (a.id < b.id ? -1 : 1);
}
