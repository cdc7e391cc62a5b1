// The webhook that a HubSpot workflow sends: one record as it is now, and not what changed. Rule: the same record with
// the same content is the same event, because HubSpot sends no id with it and repeats the body when it tries again.
// Its form depends on the workflow: properties at the top where the request body was customised, otherwise in
// `properties`, each as `{"value": …}`; the id is `hs_object_id`, or `vid`, `dealId` and the like of older workflows.
// Source of the format: knowledge.hubspot.com, "Use webhooks with HubSpot workflows".
import type { SignalFacts } from "#contract/signal-received.ts";
import { canonicalJson } from "#runtime/canonical-json.ts";
import type { SignalDraft } from "#runtime/signal.ts";
import { REDACTED } from "./change.ts";
import { type HubspotRecord, recordOf, referencesOf } from "./record.ts";

type Fields = ReadonlyMap<string, string>;

/** Each with the object that a record is which has it; HubSpot's own names of ids, then telling properties. */
const ID_FIELDS: ReadonlyMap<string, string | null> = new Map([
  ["hs_object_id", null],
  ["objectId", null],
  ["dealId", "deal"],
  ["vid", "contact"],
  ["companyId", "company"],
]);
const TELLING_FIELDS: ReadonlyMap<string, string> = new Map([
  ["dealstage", "deal"],
  ["dealname", "deal"],
  ["email", "contact"],
  ["firstname", "contact"],
  ["lastname", "contact"],
  ["jobtitle", "contact"],
  ["domain", "company"],
]);
const OBJECTS = ["deal", "contact", "company", "ticket", "line_item", "product"];
const MAX_FACTS = 50;
const MAX_FACT = 2_000;

/** The signal of a workflow's body, or null when it names no record. It fired when it was received. */
export function workflowDraftOf(body: unknown, receivedAt: string): SignalDraft | null {
  const fields = fieldsOf(body);
  const record = namedRecordOf(fields);
  if (record === null) return null;
  const portal = fields.get("portalId") ?? fields.get("portal-id") ?? null;
  return {
    signal_type: "crm_event",
    subject: record.reference,
    ...referencesOf([record]),
    payload: { event: `${record.object}.workflow_triggered`, facts: factsOf(fields) },
    fired_at: receivedAt,
    identity: [portal, "workflow", record.reference, canonicalJson(body)],
  };
}

/** The plain values at the top and of `properties`, as text. */
function fieldsOf(body: unknown): Fields {
  return new Map([...plainValuesOf(body), ...plainValuesOf(valueAt(body, "properties"))]);
}

function plainValuesOf(record: unknown): [string, string][] {
  if (typeof record !== "object" || record === null || Array.isArray(record)) return [];
  return Object.entries(record).flatMap(([name, given]): [string, string][] => {
    const value: unknown = typeof given === "object" ? valueAt(given, "value") : given;
    if (typeof value === "string") return [[name, value]];
    return typeof value === "number" || typeof value === "boolean" ? [[name, String(value)]] : [];
  });
}

function valueAt(record: unknown, name: string): unknown {
  return typeof record === "object" && record !== null ? new Map(Object.entries(record)).get(name) : undefined;
}

function namedRecordOf(fields: Fields): HubspotRecord | null {
  for (const [field, object] of ID_FIELDS) {
    const id = fields.get(field);
    if (id !== undefined && /^\d{1,100}$/.test(id)) return recordOf(id, object ?? objectOf(fields), typeIdOf(fields));
  }
  return null;
}

/** `DEAL`, `deal` or `deals` where the body says so; what its fields tell otherwise. */
function objectOf(fields: Fields): string | null {
  const said = fields.get("objectType")?.toLowerCase();
  const named = OBJECTS.find((object) => said === object || said === `${object}s` || said === object.replace("_", " "));
  if (named !== undefined || typeIdOf(fields) !== null) return named ?? null;
  const legacy = [...ID_FIELDS].find(([field, object]) => object !== null && fields.has(field))?.[1];
  return legacy ?? [...TELLING_FIELDS].find(([field]) => fields.has(field))?.[1] ?? null;
}

/** `0-3`, wherever it stands. */
function typeIdOf(fields: Fields): string | null {
  const given = [fields.get("objectTypeId"), fields.get("objectType")];
  return given.find((text) => text !== undefined && /^\d{1,3}-\d{1,20}$/.test(text)) ?? null;
}

/** The record's properties; what HubSpot hides is left out. */
function factsOf(fields: Fields): SignalFacts["facts"] {
  const known = [...fields].filter(([name, value]) => name.length <= 100 && value !== "" && value !== REDACTED);
  return Object.fromEntries(known.slice(0, MAX_FACTS).map(([name, value]) => [name, value.slice(0, MAX_FACT)]));
}
