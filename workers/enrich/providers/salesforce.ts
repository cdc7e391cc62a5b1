// Salesforce as a provider of context. Rules: a deal with its contacts, tasks, events and history is one composite call,
// its owner another that all deals of the batch share; everything is SOQL, so what is deleted is simply not found; an
// account or contact that is not found is looked for once more where merges leave their trace.
import { createSalesforce, type Salesforce, type SalesforceRow } from "#connectors/salesforce.ts";
import { createSessions, type SessionCache } from "#connectors/salesforce-login.ts";
import type { Owner } from "#contract/signal-enriched.ts";
import { setting } from "#runtime/setting.ts";
import { createOnce, type Once } from "../once.ts";
import { readOf } from "../read.ts";
import { crmDealOf, ownerOf } from "../salesforce/deal.ts";
import { numberOf, recordIdOf, referenceOf, textOf, timeOf } from "../salesforce/field.ts";
import {
  accountByDomainQuery,
  accountQuery,
  contactByEmailQuery,
  contactQuery,
  dealQueries,
  MAX_READ,
  openDealsOfAccountQuery,
  openDealsOfContactQuery,
  ownerQuery,
  survivorQuery,
} from "../salesforce/queries.ts";
import { websiteDomain } from "../salesforce/website.ts";
import {
  type Asker,
  CALL_TIMEOUT_MS,
  type Crm,
  type CrmAccount,
  type CrmContact,
  type CrmDeal,
  type OpenDeals,
  type Opened,
  type Provider,
  type ProviderSettings,
  type Read,
} from "./provider.ts";

/** `cache` keeps sessions for as long as the isolate lives. */
export function createSalesforceProvider(cache: SessionCache): Provider {
  return {
    system: "salesforce",
    title: "Salesforce",
    secret: "SALESFORCE_PRIVATE_KEY",
    open(settings, ports): Opened {
      const [privateKey, clientId, username] = [
        settingOf("SALESFORCE_PRIVATE_KEY", settings),
        settingOf("SALESFORCE_CLIENT_ID", settings),
        settingOf("SALESFORCE_USERNAME", settings),
      ];
      if (!privateKey.ok) return privateKey;
      if (!clientId.ok) return clientId;
      if (!username.ok) return username;
      const { SALESFORCE_LOGIN_URL: loginUrl, SALESFORCE_API_VERSION: apiVersion } = settings;
      const login = { loginUrl, clientId: clientId.value, username: username.value, privateKey: privateKey.value };
      const sessions = createSessions(login, cache, ports);
      const client = createSalesforce({ apiVersion, sessions, timeoutMs: CALL_TIMEOUT_MS }, ports);
      return { ok: true, crm: openCrm(client, createOnce("salesforce", ports.now)) };
    },
  };
}

/** A record that was merged into one that was merged itself is followed this far. */
const MAX_MERGES = 3;

function settingOf(name: keyof ProviderSettings, settings: ProviderSettings) {
  return setting(name, settings[name]);
}

function openCrm(client: Salesforce, once: Once): Crm {
  const owner = once("owner", (id, { correlationId }) => first(client.query(ownerQuery(id), correlationId), ownerOf));
  /** One record by its reference, or the one that it was merged into. */
  const byId =
    <Value>(object: "Account" | "Contact", query: (id: string) => string, map: (row: SalesforceRow) => Value | null) =>
    async (reference: string, { correlationId }: Asker): Promise<Read<Value>> => {
      let id = recordIdOf(reference);
      for (let merges = 0; id !== null && merges <= MAX_MERGES; merges += 1) {
        const read = await first(client.query(query(id), correlationId), map);
        if (read.kind === "found" && merges > 0) return { kind: "merged", value: read.value };
        if (read.kind !== "gone") return read;
        const survivor = await first(client.queryAll(survivorQuery(object, id), correlationId), masterOf);
        if (survivor.kind === "failed") return survivor;
        id = survivor.kind === "found" ? survivor.value : null;
      }
      return { kind: "gone" };
    };
  const openDeals =
    (query: (id: string) => string, path: string) =>
    async (reference: string, { correlationId }: Asker): Promise<Read<OpenDeals>> => {
      const id = recordIdOf(reference);
      if (id === null) return { kind: "gone" };
      return readOf(await client.query(query(id), correlationId), (rows) => openDealsOf(rows, path));
    };

  const account = once("account", byId("Account", accountQuery, accountOf));
  const ofAccount = openDeals(openDealsOfAccountQuery, "");

  return {
    system: "salesforce",
    deal: once("deal", async (reference, asker) => {
      const id = recordIdOf(reference);
      return id === null ? { kind: "gone" } : readDeal(client, owner, id, asker);
    }),
    account,
    contact: once("contact", byId("Contact", contactQuery, contactOf)),
    contactByEmail: once("contact by e-mail", (email, { correlationId }) =>
      first(client.query(contactByEmailQuery(email), correlationId), contactOf),
    ),
    accountByDomain: once("account by domain", (domain, { correlationId }) =>
      first(client.query(accountByDomainQuery(domain), correlationId), accountOf),
    ),
    openDealsOfAccount: once("open deals of the account", async (reference, asker) => {
      const read = await ofAccount(reference, asker);
      if (read.kind !== "found" || read.value.deals.length > 0) return read;
      // A merge moved them to the survivor; the account is read anyway.
      const survivor = await account(reference, asker);
      return survivor.kind === "merged" ? ofAccount(survivor.value.id, asker) : read;
    }),
    openDealsOfContact: once("open deals of the contact", openDeals(openDealsOfContactQuery, "Opportunity.")),
  };
}

function masterOf(row: SalesforceRow): string | null {
  return recordIdOf(referenceOf(row, "MasterRecordId") ?? "");
}

async function readDeal(
  client: Salesforce,
  readOwner: (id: string, asker: Asker) => Promise<Read<Owner>>,
  id: string,
  asker: Asker,
): Promise<Read<CrmDeal>> {
  const rows = await client.queryTogether(dealQueries(id), asker.correlationId);
  const deal = readOf(rows("deal"), ([row]) => row ?? null);
  if (deal.kind === "gone" || deal.kind === "failed") return deal;
  const ownerId = recordIdOf(referenceOf(deal.value, "OwnerId") ?? "");
  const value = crmDealOf({
    deal: deal.value,
    id: `salesforce:${id}`,
    url: client.pageOf("Opportunity", id),
    owner: ownerId === null ? null : await readOwner(ownerId, asker),
    contacts: rows("contacts"),
    tasks: rows("tasks"),
    events: rows("events"),
    history: rows("history"),
  });
  return { kind: "found", value };
}

/** The first row of an answer; none is gone. */
async function first<Value>(
  rows: ReturnType<Salesforce["query"]>,
  map: (row: SalesforceRow) => Value | null,
): Promise<Read<Value>> {
  return readOf(await rows, ([row]) => (row === undefined ? null : map(row)));
}

function accountOf(row: SalesforceRow): CrmAccount | null {
  const id = referenceOf(row, "Id");
  const employees = numberOf(row, "NumberOfEmployees");
  if (id === null) return null;
  return {
    id,
    name: textOf(row, "Name", 500),
    domain: websiteDomain(textOf(row, "Website", 2_000)),
    employeeCount: Number.isSafeInteger(employees) ? employees : null,
    industry: textOf(row, "Industry", 200),
  };
}

function contactOf(row: SalesforceRow): CrmContact | null {
  const id = referenceOf(row, "Id");
  if (id === null) return null;
  return { id, email: textOf(row, "Email", 320), accountId: referenceOf(row, "AccountId") };
}

/** `path` leads to the opportunity. A contact with two roles in a deal is on it once. */
function openDealsOf(rows: readonly SalesforceRow[], path: string): OpenDeals {
  const deals = rows.slice(0, MAX_READ).flatMap((row) => {
    const id = referenceOf(row, `${path}Id`);
    if (id === null) return [];
    const name = textOf(row, `${path}Name`, 500) ?? `Opportunity ${id}`;
    const lastActivityMs = timeOf(row, `${path}LastActivityDate`);
    const createdMs = timeOf(row, `${path}CreatedDate`);
    return { id, name, amount: numberOf(row, `${path}Amount`), lastActivityMs, createdMs };
  });
  return { deals: [...new Map(deals.map((deal) => [deal.id, deal])).values()], complete: rows.length <= MAX_READ };
}
