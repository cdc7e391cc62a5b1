// A Flow's HTTP callout: JSON that the admin defines, in our contract
//   {"source": "salesforce-flow", "eventId", "object", "recordId", "eventType", "changedFields", "occurredAt", "fields"}
// or in any other by a map. Rule: `eventId` is the identity; without one, only equal bodies are the same event.
import * as z from "zod";
import { canonicalJson } from "#runtime/canonical-json.ts";
import { instantOf } from "../instant.ts";
import { bodyErrors } from "../json.ts";
import type { Reading } from "../source.ts";
import { fieldsOf } from "./fields.ts";
import { type FlowMap, valueAt } from "./flow-map.ts";
import { draftOf, type RecordChange } from "./record-change.ts";
import { recordIdOf } from "./record-id.ts";

/** In any case, and as Flow's trigger, Apex (`Trigger.operationType`) and Change Data Capture call them. */
const KINDS: ReadonlyMap<string, RecordChange["kind"]> = new Map([
  ["created", "created"],
  ["create", "created"],
  ["insert", "created"],
  ["updated", "updated"],
  ["update", "updated"],
  ["deleted", "deleted"],
  ["delete", "deleted"],
  ["restored", "restored"],
  ["undeleted", "restored"],
  ["undelete", "restored"],
]);

const FlowEvent = z.object({
  eventId: z.union([z.string().min(1).max(200), z.int().transform(String)], { error: "expected text" }).nullish(),
  object: z.string().regex(/^[A-Za-z]\w{0,99}$/, "expected the API name of an object, like Opportunity"),
  recordId: z
    .string()
    .refine((id) => recordIdOf(id) !== null, "expected a record id of 15 or 18 characters")
    .transform((id) => recordIdOf(id) ?? id),
  eventType: z.string().min(1).max(100),
  /** A Flow's text template has one text for all: `StageName, Amount`. */
  changedFields: z
    .union([z.array(z.string()), z.string().transform((text) => text.split(/[\s,;]+/))], { error: "expected a list" })
    .transform((names) => names.map((name) => name.trim().slice(0, 200)).filter((name) => name !== ""))
    .nullish(),
  occurredAt: z.unknown().refine((time) => time === undefined || time === null || instantOf(time) !== null, {
    error: "expected a time with its offset, like 2026-11-21T08:00:00Z",
  }),
  fields: z.record(z.string(), z.unknown(), { error: "expected an object" }).nullish(),
});

/** `pointer` is the event's place in the body; reasons point to where `map` looked. */
export function readFlowEvent(raw: unknown, pointer: string, map: FlowMap, receivedAt: string): Reading {
  const found = Object.fromEntries(Object.entries(map).map(([name, at]) => [name, valueAt(raw, at)]));
  const parsed = FlowEvent.safeParse(found);
  if (!parsed.success) {
    const [name, ...rest] = parsed.error.issues[0]?.path ?? [];
    const [{ detail }] = bodyErrors(parsed.error);
    const place = Object.entries(map).find(([known]) => known === name)?.[1] ?? "";
    return { kind: "invalid", pointer: pointer + [place, ...rest].join("/"), reason: reasonFor(detail), raw };
  }
  const { object, recordId, eventType, eventId, changedFields, occurredAt, fields } = parsed.data;
  const kind = KINDS.get(eventType.toLowerCase());
  if (kind === undefined) return { kind: "ignored", name: `${object}.${eventType}` };
  const change: RecordChange = {
    object,
    recordId,
    kind,
    changed: kind === "updated" ? (changedFields ?? []) : [],
    fields: fieldsOf(fields ?? {}),
    changedBy: null,
    facts: {},
    occurredAt,
    identity: ["flow", object, recordId, eventId ?? canonicalJson(raw)],
  };
  return { kind: "signal", draft: draftOf(change, receivedAt), pointer, raw };
}

function reasonFor(detail: string): string {
  return `${detail} (a body of another form is read by SALESFORCE_FLOW_MAP)`;
}
