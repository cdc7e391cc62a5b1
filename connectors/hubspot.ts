// HubSpot's CRM as a typed client: reads of records and owners, and the creation of tasks. Rule: no policy. Every way
// to fail is a CallFailure, a 2xx of the wrong shape is `malformed`, and the caller decides what follows.
import * as z from "zod";
import { describeIssues } from "#contract/messages.ts";
import { type Call, type CallResult, callJson, type HttpPorts } from "#runtime/http.ts";
import { HubspotEnrolment, HubspotLinks, HubspotOwner, HubspotRecord, HubspotRecords } from "./hubspot-records.ts";

export type HubspotSettings = {
  /** For example `https://api.hubapi.com`. */
  apiUrl: string;
  /** A dated version (`2026-09`) or a legacy one (`v3`); HubSpot retires each 18 months after its release. */
  apiVersion: string;
  accessToken: string;
  /** How long one call may take; 10 seconds by default. */
  timeoutMs?: number;
};

type HubspotObject = "deals" | "contacts" | "companies" | "tasks";
type HubspotSelection = {
  properties: readonly string[];
  /** Asked for with all their earlier values. */
  history?: readonly string[];
  associations?: readonly HubspotObject[];
  /** The unique property that the id is a value of, for example `email`. */
  idProperty?: string;
};

type HubspotTask = {
  /** Stored in the property `dealwire_action_id`, which is unique in HubSpot: a second create with it fails. */
  actionKey: string;
  properties: Record<string, string>;
  associations: { toType: keyof typeof TASK_TO; toId: string }[];
};

export type Hubspot = {
  /** One record. A merged-away id answers the survivor, whose id differs from the one asked for. */
  getRecord(
    type: HubspotObject,
    id: string,
    selection: HubspotSelection,
    correlationId: string,
  ): Promise<CallResult<HubspotRecord>>;
  /** Any number of records, in the order of `ids`, duplicates once; those that are gone are left out. */
  batchRead(
    type: HubspotObject,
    ids: readonly string[],
    properties: readonly string[],
    correlationId: string,
  ): Promise<CallResult<HubspotRecord[]>>;
  /** Up to ten records whose property has the value, oldest first. A search: 5 a second, and new records lag. */
  findBy(
    type: HubspotObject,
    property: string,
    value: string,
    properties: readonly string[],
    correlationId: string,
  ): Promise<CallResult<HubspotRecord[]>>;
  /** The labels that a deal's contacts carry in it (`Decision maker`), by contact id; those without are left out. */
  contactLabels(dealId: string, correlationId: string): Promise<CallResult<ReadonlyMap<string, readonly string[]>>>;
  getOwner(id: string, correlationId: string): Promise<CallResult<HubspotOwner>>;
  createTask(task: HubspotTask, correlationId: string): Promise<CallResult<{ id: string }>>;
  /** Sets properties; answers the record as HubSpot normalised it. Setting the same value twice is once. */
  updateRecord(
    type: HubspotObject,
    id: string,
    properties: Readonly<Record<string, string>>,
    correlationId: string,
  ): Promise<CallResult<HubspotRecord>>;
  /** Moves the record to the recycling bin; one that is gone already answers the same. */
  archiveRecord(type: HubspotObject, id: string, correlationId: string): Promise<CallResult<unknown>>;
  /** The HubSpot user of an address, whom sequences want; null when no owner has it. */
  userIdByEmail(email: string, correlationId: string): Promise<CallResult<string | null>>;
  /** The sequence that a contact is in at the moment, or null. */
  enrolmentOf(contactId: string, correlationId: string): Promise<CallResult<HubspotEnrolment | null>>;
  enrol(
    enrolment: { userId: string; sequenceId: string; contactId: string; senderEmail: string },
    correlationId: string,
  ): Promise<CallResult<HubspotEnrolment>>;
  /** The task that an earlier attempt of the same action made, or null. */
  findTaskByActionKey(actionKey: string, correlationId: string): Promise<CallResult<{ id: string } | null>>;
};

/** The custom task property, with `hasUniqueValue`, that makes the creation of a task happen once. */
const ACTION_ID_PROPERTY = "dealwire_action_id";

/** HubSpot's own association type ids from a task (CRM associations guide, "Task to object"). */
const TASK_TO = { deals: 216, contacts: 204, companies: 192 } as const;

const SEARCH_LIMIT = 10;

/** Most records that one batch/read takes. */
const BATCH_READ_MAX = 100;

export function createHubspot(settings: HubspotSettings, ports: HttpPorts): Hubspot {
  const { apiVersion } = settings;
  const apiUrl = settings.apiUrl.replace(/\/+$/, "");
  const dated = /^\d{4}-\d{2}/.test(apiVersion);
  const objects = apiUrl + (dated ? `/crm/objects/${apiVersion}` : `/crm/${apiVersion}/objects`);
  const owners = apiUrl + (dated ? `/crm/owners/${apiVersion}` : `/crm/${apiVersion}/owners`);
  const associations = apiUrl + (dated ? `/crm/associations/${apiVersion}` : "/crm/v4/associations");
  const sequences = apiUrl + (dated ? `/automation/sequences/${apiVersion}` : "/automation/v4/sequences");
  const headers = { authorization: `Bearer ${settings.accessToken}` };
  const patience = settings.timeoutMs === undefined ? {} : { timeoutMs: settings.timeoutMs };

  async function call<Schema extends z.ZodType>(
    request: Pick<Call, "method" | "url" | "body">,
    schema: Schema,
    correlationId: string,
  ): Promise<CallResult<z.infer<Schema>>> {
    const answer = await callJson({ ...request, ...patience, headers, correlationId }, ports);
    if (!answer.ok) return answer;
    const parsed = schema.safeParse(answer.value);
    if (parsed.success) return { ...answer, value: parsed.data };
    const where = `${request.method} ${new URL(request.url).pathname}`;
    return { ok: false, failure: { kind: "malformed", reason: `${where}: ${describeIssues(parsed.error)}` } };
  }

  async function batchRead(
    type: HubspotObject,
    ids: readonly string[],
    properties: readonly string[],
    correlationId: string,
  ): Promise<CallResult<HubspotRecord[]>> {
    const distinct = [...new Set(ids)];
    let result: CallResult<HubspotRecord[]> = { ok: true, value: [], status: 200, headers: new Headers() };
    for (let start = 0; start < distinct.length; start += BATCH_READ_MAX) {
      const inputs = distinct.slice(start, start + BATCH_READ_MAX).map((id) => ({ id }));
      const request = { method: "POST", url: `${objects}/${type}/batch/read`, body: { properties, inputs } } as const;
      const answer = await call(request, HubspotRecords, correlationId);
      if (!answer.ok) return answer;
      result = { ...answer, value: [...result.value, ...answer.value.results] };
    }
    return { ...result, value: inOrder(result.value, distinct) };
  }

  return {
    batchRead,
    getRecord: (type, id, selection, correlationId) => {
      const query = new URLSearchParams({ properties: selection.properties.join(",") });
      if (selection.history !== undefined) query.set("propertiesWithHistory", selection.history.join(","));
      if (selection.associations !== undefined) query.set("associations", selection.associations.join(","));
      if (selection.idProperty !== undefined) query.set("idProperty", selection.idProperty);
      const url = `${objects}/${type}/${encodeURIComponent(id)}?${query}`;
      return call({ method: "GET", url }, HubspotRecord, correlationId);
    },
    findBy: async (type, property, value, properties, correlationId) => {
      const body = {
        filterGroups: [{ filters: [{ propertyName: property, operator: "EQ", value }] }],
        sorts: [{ propertyName: "createdate", direction: "ASCENDING" }],
        properties,
        limit: SEARCH_LIMIT,
        after: "0",
      };
      const answer = await call(
        { method: "POST", url: `${objects}/${type}/search`, body },
        HubspotRecords,
        correlationId,
      );
      return answer.ok ? { ...answer, value: answer.value.results } : answer;
    },
    contactLabels: async (dealId, correlationId) => {
      const url = `${associations}/deals/contacts/batch/read`;
      const request = { method: "POST", url, body: { inputs: [{ id: dealId }] } } as const;
      const answer = await call(request, HubspotLinks, correlationId);
      if (!answer.ok) return answer;
      const links = answer.value.results.flatMap(({ to }) => to);
      const labelled = links.map(({ toObjectId, associationTypes }) => {
        return [toObjectId, associationTypes.flatMap(({ label }) => label ?? []).toSorted()] as const;
      });
      return { ...answer, value: new Map(labelled.filter(([, labels]) => labels.length > 0)) };
    },
    getOwner: (id, correlationId) =>
      call({ method: "GET", url: `${owners}/${encodeURIComponent(id)}` }, HubspotOwner, correlationId),
    createTask: ({ actionKey, properties, associations }, correlationId) => {
      const body = {
        properties: { ...properties, [ACTION_ID_PROPERTY]: actionKey },
        associations: associations.map(({ toType, toId }) => ({
          to: { id: toId },
          types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: TASK_TO[toType] }],
        })),
      };
      return call({ method: "POST", url: `${objects}/tasks`, body }, CreatedTask, correlationId);
    },
    updateRecord: (type, id, properties, correlationId) => {
      const url = `${objects}/${type}/${encodeURIComponent(id)}`;
      return call({ method: "PATCH", url, body: { properties } }, HubspotRecord, correlationId);
    },
    archiveRecord: (type, id, correlationId) =>
      call({ method: "DELETE", url: `${objects}/${type}/${encodeURIComponent(id)}` }, z.unknown(), correlationId),
    userIdByEmail: async (email, correlationId) => {
      const url = `${owners}?${new URLSearchParams({ email })}`;
      const answer = await call({ method: "GET", url }, z.object({ results: z.array(HubspotOwner) }), correlationId);
      if (!answer.ok) return answer;
      const userId = answer.value.results[0]?.userId ?? null;
      return { ...answer, value: userId === null ? null : String(userId) };
    },
    enrolmentOf: async (contactId, correlationId) => {
      const url = `${sequences}/enrollments/contact/${encodeURIComponent(contactId)}`;
      const answer = await call({ method: "GET", url }, HubspotEnrolment, correlationId);
      if (answer.ok || answer.failure.kind !== "not_found") return answer;
      return { ok: true, value: null, status: 404, headers: new Headers() };
    },
    enrol: ({ userId, ...body }, correlationId) => {
      const url = `${sequences}/enrollments?${new URLSearchParams({ userId })}`;
      return call({ method: "POST", url, body }, HubspotEnrolment, correlationId);
    },
    findTaskByActionKey: async (actionKey, correlationId) => {
      const url = `${objects}/tasks/${encodeURIComponent(actionKey)}?idProperty=${ACTION_ID_PROPERTY}`;
      const answer = await call({ method: "GET", url }, CreatedTask, correlationId);
      if (answer.ok || answer.failure.kind !== "not_found") return answer;
      return { ok: true, value: null, status: 404, headers: new Headers() };
    },
  };
}

const CreatedTask = z.object({ id: z.string() });

/** HubSpot answers a batch in any order; a survivor of a merge, under its new id, goes last. */
function inOrder(records: readonly HubspotRecord[], ids: readonly string[]): HubspotRecord[] {
  const rank = new Map(ids.map((id, index) => [id, index]));
  return records.toSorted((a, b) => (rank.get(a.id) ?? ids.length) - (rank.get(b.id) ?? ids.length));
}
