// Where a Flow's callout keeps what we read of it: our own contract, or any other body by SALESFORCE_FLOW_MAP. Rule: a
// body that says `"source": "salesforce-flow"` keeps the contract, whatever the map says.
import * as z from "zod";
import { CONFIGURATION_PAGE } from "#runtime/setting.ts";
import { parseJson } from "../json.ts";
import { isObject, type JsonObject } from "./relay.ts";

/** RFC 6901; the empty one is the whole body. */
const Pointer = z.string().regex(/^(?:\/(?:[^~/]|~[01])*)*$/, "expected a JSON pointer, like /record/Id");

const Pointers = z.strictObject({
  eventId: Pointer,
  object: Pointer,
  recordId: Pointer,
  eventType: Pointer,
  changedFields: Pointer,
  occurredAt: Pointer,
  fields: Pointer,
  organizationId: Pointer,
});
export type FlowMap = z.infer<typeof Pointers>;
export type FlowMapResult = { ok: true; map: FlowMap } | { ok: false; reason: string };

const SOURCE = "salesforce-flow";

const CONTRACT: FlowMap = {
  eventId: "/eventId",
  object: "/object",
  recordId: "/recordId",
  eventType: "/eventType",
  changedFields: "/changedFields",
  occurredAt: "/occurredAt",
  fields: "/fields",
  organizationId: "/organizationId",
};

/** The map of SALESFORCE_FLOW_MAP, a JSON object of pointers; what it does not name stays where the contract has it. */
export function flowMapOf(text: string): FlowMapResult {
  if (text === "") return { ok: true, map: CONTRACT };
  const parsed = parseJson(text);
  const read = parsed.ok ? Pointers.partial().safeParse(parsed.value) : null;
  if (read?.success !== true) {
    const [issue] = read?.error.issues ?? [];
    const where = issue === undefined ? "it is not JSON" : `${issue.path.join(".") || "it"}: ${issue.message}`;
    return { ok: false, reason: `SALESFORCE_FLOW_MAP can't be used, ${where}; see ${CONFIGURATION_PAGE}` };
  }
  const given = Object.entries(read.data).filter(([, pointer]) => pointer !== undefined);
  return { ok: true, map: { ...CONTRACT, ...Object.fromEntries(given) } };
}

/** The map that holds for `body`. */
export function mapFor(body: JsonObject, configured: FlowMap): FlowMap {
  return body.source === SOURCE ? CONTRACT : configured;
}

/** What `pointer` points to in `value`, or undefined. */
export function valueAt(value: unknown, pointer: string): unknown {
  let found = value;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(found)) found = /^\d{1,6}$/.test(key) ? found[Number(key)] : undefined;
    else found = isObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  }
  return found;
}
