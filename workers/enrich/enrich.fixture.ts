// For tests: a HubSpot in memory behind a fetch, with the wire shapes of the real one, and the signals to enrich.
// Rule: it answers as HubSpot does, also when it fails, and remembers what it was asked.
import type { SignalReceived } from "#contract/signal-received.ts";
import type { Asker, ProviderCall } from "./providers/provider.ts";

type Properties = Record<string, string | null>;
type Links = Record<string, { id: string; type: string }[]>;
type Row = {
  properties: Properties;
  links?: Links;
  survivor?: string;
  url?: string;
  /** Earlier values, newest first. */
  history?: Record<string, { value: string; timestamp: string }[]>;
  /** Labels of the contacts of a deal, by contact id. */
  labels?: Record<string, string[]>;
};
export type Portal = Record<"deals" | "contacts" | "companies" | "tasks", Record<string, Row>> & {
  owners: Record<string, Record<string, unknown>>;
};

export const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
/** Long after the signal fired, so that a day counted from now would show. */
export const NOW = Date.parse("2027-02-01T00:00:00.000Z");
export const SETTINGS = {
  HUBSPOT_API_URL: "https://api.hubapi.com",
  HUBSPOT_API_VERSION: "2026-09",
  HUBSPOT_ACCESS_TOKEN: "pat-na1-x",
  SALESFORCE_LOGIN_URL: "https://login.salesforce.com",
  SALESFORCE_API_VERSION: "66.0",
  SALESFORCE_CLIENT_ID: "",
  SALESFORCE_USERNAME: "",
  SALESFORCE_PRIVATE_KEY: "",
};

/** An asker with all the time in the world, and what it was told. */
export function askerOf(): Asker & { told: ProviderCall[] } {
  const told: ProviderCall[] = [];
  return { correlationId: TRACE, deadlineMs: Number.POSITIVE_INFINITY, tell: (call) => told.push(call), told };
}

export function signalOf(changes: Partial<SignalReceived> = {}): SignalReceived {
  return {
    signal_id: "sig_aaaaaaaaaaaaaaaaaaaaaaaaaa",
    signal_type: "crm_event",
    source: "hubspot",
    subject: "hubspot:100",
    account_id: null,
    deal_id: "hubspot:100",
    contact_id: null,
    payload: { event: "deal.stage_changed", property: "dealstage", new_value: "qualifiedtobuy" },
    urgency: "standard",
    confidence: 1,
    fired_at: "2026-11-21T15:30:00.000Z",
    received_at: "2026-11-21T15:30:01.000Z",
    raw_ref: null,
    ...changes,
  };
}

/** One deal of Acme, with a company, two contacts (one opted out), an owner and three tasks of which one is open. */
export function portal(): Portal {
  const link = (type: string, ...ids: string[]) => ids.map((id) => ({ id, type }));
  return {
    deals: {
      "100": {
        url: "https://app.hubspot.com/contacts/48975575/record/0-3/100",
        properties: {
          dealname: "Acme rollout",
          dealstage: "qualifiedtobuy",
          pipeline: "default",
          amount: "2000.50",
          closedate: "2026-12-03T17:00:00Z",
          hs_next_step: "Send the order form",
          notes_next_activity_date: "2026-11-25T09:00:00Z",
          hs_latest_meeting_activity: "2026-11-06T15:00:00Z",
          hubspot_owner_id: "64492917",
          createdate: "2026-09-01T00:00:00Z",
          hs_v2_date_entered_current_stage: "2026-11-21T15:30:00.900Z",
          notes_last_updated: "2026-11-07T12:00:00Z",
          hs_is_closed: "false",
          hs_is_closed_won: "false",
        },
        history: {
          dealstage: [
            { value: "qualifiedtobuy", timestamp: "2026-11-21T15:30:00.900Z" },
            { value: "appointmentscheduled", timestamp: "2026-09-01T00:00:00Z" },
          ],
          closedate: [
            { value: "2026-12-03T17:00:00Z", timestamp: "2026-11-01T00:00:00Z" },
            { value: "2026-11-20T17:00:00Z", timestamp: "2026-10-01T00:00:00Z" },
            { value: "2026-11-30T17:00:00Z", timestamp: "2026-09-01T00:00:00Z" },
          ],
        },
        labels: { "201": ["Economic Buyer", "Champion"] },
        links: {
          companies: [...link("deal_to_company", "300"), ...link("deal_to_company_unlabeled", "300")],
          contacts: link("deal_to_contact", "201", "202"),
          tasks: link("deal_to_task", "401", "402", "403"),
        },
      },
    },
    contacts: {
      "201": {
        properties: {
          firstname: "Ben",
          lastname: "Osei",
          email: "ben@acme.com",
          jobtitle: "CFO",
          hs_email_optout: null,
        },
        links: { deals: link("contact_to_deal", "100"), companies: link("contact_to_company", "300") },
      },
      "202": { properties: { firstname: null, lastname: "", email: "c@acme.com", hs_email_optout: "true" } },
    },
    companies: {
      "300": {
        properties: { name: "Acme", domain: "acme.com", industry: "COMPUTER_SOFTWARE", numberofemployees: "250" },
        links: { deals: link("company_to_deal", "100") },
      },
    },
    tasks: {
      "401": {
        properties: { hs_task_subject: "Call", hs_task_status: "NOT_STARTED", hs_timestamp: "2026-11-25T09:00:00Z" },
      },
      "402": { properties: { hs_task_subject: "Done", hs_task_status: "COMPLETED", hs_timestamp: "1782371972793" } },
      "403": { properties: { hs_task_subject: "Later", hs_task_status: "DEFERRED", hs_timestamp: null } },
    },
    owners: {
      "64492917": { id: "64492917", email: "ana@us.com", firstName: "Ana", lastName: "Duarte", userId: 7, teams: [] },
    },
  };
}

/** Answers for a path that contains `part`, instead of the record. */
export type Fault = { part: string; respond: () => Promise<Response> | Response };

export function fault(part: string, status: number, headers: Record<string, string> = {}): Fault {
  const body = { status: "error", message: `fault ${status}`, correlationId: "x" };
  return { part, respond: () => Response.json(body, { status, headers }) };
}

/** A fetch that is HubSpot, and the requests it got: `GET /crm/objects/2026-09/deals/100`. */
export function fakeHubspot(data: Portal, ...faults: Fault[]) {
  const calls: string[] = [];
  const traces: (string | null)[] = [];
  const answer = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const url = new URL(String(input));
    calls.push(`${init?.method ?? "GET"} ${url.pathname}`);
    traces.push(new Headers(init?.headers).get("traceparent"));
    const broken = faults.find(({ part }) => url.pathname.includes(part));
    if (broken) return broken.respond();
    const [, , kind, , type, id = ""] = url.pathname.split("/");
    if (kind === "owners") return json(data.owners[type ?? ""]);
    if (kind === "associations") return labelled(data, JSON.parse(String(init?.body)));
    if (!isType(type)) return json(undefined);
    if (id === "search")
      return json({ total: 1, results: [matches(data, type, JSON.parse(String(init?.body)))].flat() });
    if (id === "batch") {
      const body: { inputs: { id: string }[]; properties: string[] } = JSON.parse(String(init?.body));
      const results = body.inputs.flatMap((one) => recordOf(data, type, one.id, body.properties, []) ?? []);
      return json({ status: "COMPLETE", results: results.toReversed() });
    }
    const asked = (name: string) => url.searchParams.get(name)?.split(",") ?? [];
    const property = url.searchParams.get("idProperty");
    const known = property === null ? id : idWith(data, type, property, decodeURIComponent(id));
    const record = recordOf(data, type, known, asked("properties"), asked("associations"));
    const history = data[type][known]?.history;
    const wanted = asked("propertiesWithHistory").map((name) => [name, history?.[name] ?? []] as const);
    if (record === undefined || wanted.length === 0) return json(record);
    return json({ ...record, propertiesWithHistory: Object.fromEntries(wanted) });
  };
  return { fetch: answer, calls, traces };
}

function recordOf(data: Portal, type: keyof Portal & string, id: string, properties: string[], links: string[]) {
  if (!isType(type)) return undefined;
  const row = data[type][id];
  if (row?.survivor !== undefined) return recordOf(data, type, row.survivor, properties, links);
  if (row === undefined) return undefined;
  const linked = links.flatMap((name) => (row.links?.[name] ? [[name, { results: row.links[name] }] as const] : []));
  return {
    id,
    properties: Object.fromEntries(properties.map((name) => [name, row.properties[name] ?? null])),
    createdAt: "2026-09-01T00:00:00.000Z",
    updatedAt: "2026-11-20T00:00:00.000Z",
    archived: false,
    ...(row.url === undefined ? {} : { url: row.url }),
    ...(linked.length === 0 ? {} : { associations: Object.fromEntries(linked) }),
  };
}

function idWith(data: Portal, type: RecordType, property: string, value: string): string {
  return Object.entries(data[type]).find(([, row]) => row.properties[property] === value)?.[0] ?? "";
}

type Search = {
  filterGroups: [{ filters: [{ propertyName: string; value: string }] }];
  properties: string[];
};

function matches(data: Portal, type: RecordType, { filterGroups, properties }: Search) {
  const [{ propertyName, value }] = filterGroups[0].filters;
  return recordOf(data, type, idWith(data, type, propertyName, value), properties, []) ?? [];
}

function labelled(data: Portal, { inputs }: { inputs: { id: string }[] }): Response {
  const results = inputs.map(({ id }) => ({
    from: { id },
    to: Object.entries(data.deals[id]?.labels ?? {}).map(([toObjectId, labels]) => ({
      toObjectId,
      associationTypes: [
        { category: "HUBSPOT_DEFINED", typeId: 3, label: null },
        ...labels.map((label, typeId) => ({ category: "USER_DEFINED", typeId, label })),
      ],
    })),
  }));
  return json({ status: "COMPLETE", results });
}

type RecordType = "deals" | "contacts" | "companies" | "tasks";

function isType(type: string | undefined): type is RecordType {
  return type === "deals" || type === "contacts" || type === "companies" || type === "tasks";
}

function json(value: unknown): Response {
  const missing = { status: "error", message: "resource not found", correlationId: "x" };
  return value === undefined ? Response.json(missing, { status: 404 }) : Response.json(value);
}
