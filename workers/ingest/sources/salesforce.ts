// Salesforce: outbound messages (SOAP), a Flow's HTTP callouts, and change and platform events that something relays
// over HTTP; all to one URL. Rules: nothing of Salesforce is signed, so a token admits the sender and the organization
// it names must be ours; an outbound message gets its Ack once the queues have taken it, and nothing else ever does.
import { verifyToken } from "../signing/token.ts";
import { parseJson } from "./json.ts";
import { isChangeEvent, readChangeEvent } from "./salesforce/change-event.ts";
import { readFlowEvent } from "./salesforce/flow-event.ts";
import { type FlowMap, flowMapOf, mapFor, valueAt } from "./salesforce/flow-map.ts";
import { organizationsOf, whyForeign } from "./salesforce/organizations.ts";
import { acknowledge, isXml, readOutboundMessage } from "./salesforce/outbound-message.ts";
import { readPlatformEvent } from "./salesforce/platform-event.ts";
import { isObject, unwrap } from "./salesforce/relay.ts";
import type { BodyError, Normalized, Reading, Source } from "./source.ts";

type Setting = "INGEST_TOKENS" | "SALESFORCE_ORGANIZATION_IDS" | "SALESFORCE_FLOW_MAP";
type Configured = { organizations: ReadonlySet<string>; map: FlowMap };

/** Of a relay's array, and of all the records that its events name. */
const MAX_EVENTS = 100;
const MAX_RECORDS = 2_000;

export const salesforce: Source<Setting> = {
  name: "salesforce",
  lane: "signals",
  settings: ["INGEST_TOKENS", "SALESFORCE_ORGANIZATION_IDS"],
  options: ["SALESFORCE_FLOW_MAP"],
  secretInPath: true,
  async verify(request, settings) {
    const verified = await verifyToken(request, "salesforce", settings.INGEST_TOKENS);
    if (verified.kind !== "ok") return verified;
    const configured = configuredBy(settings);
    return configured.ok ? verified : { kind: "not_configured", reason: configured.reason };
  },
  normalize(body, { settings, receivedAt }) {
    const configured = configuredBy(settings);
    if (!configured.ok) return refused({ pointer: "", detail: configured.reason });
    if (body.includes("\0")) return refused({ pointer: "", detail: "the body is not UTF-8 text; UTF-16 is not read" });
    if (isXml(body)) return readOutboundMessage(body, configured.organizations, receivedAt);
    return readJson(body, configured, receivedAt);
  },
  reply: (_counts, body) => (isXml(body) ? acknowledge() : null),
};

function configuredBy(
  settings: Readonly<Record<Setting, string>>,
): ({ ok: true } & Configured) | { ok: false; reason: string } {
  const organizations = organizationsOf(settings.SALESFORCE_ORGANIZATION_IDS);
  if (!organizations.ok) return organizations;
  const flow = flowMapOf(settings.SALESFORCE_FLOW_MAP);
  return flow.ok ? { ok: true, organizations: organizations.ids, map: flow.map } : flow;
}

/** One event, or an array of them; one that names a foreign organization refuses the whole body. */
function readJson(body: string, configured: Configured, receivedAt: string): Normalized {
  const parsed = parseJson(body);
  if (!parsed.ok) return refused({ pointer: "", detail: parsed.detail });
  const events: readonly unknown[] = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  if (events.length > MAX_EVENTS) {
    return refused({ pointer: "", detail: `the array has ${events.length} events; send at most ${MAX_EVENTS}` });
  }
  const readings: Reading[] = [];
  for (const [index, raw] of events.entries()) {
    const event = readEvent(raw, Array.isArray(parsed.value) ? `/${index}` : "", configured, receivedAt);
    if (!event.ok) return refused(event.error);
    readings.push(...event.readings);
  }
  if (readings.length > MAX_RECORDS) {
    const detail = `the events name ${readings.length} records; send at most ${MAX_RECORDS} in one request`;
    return refused({ pointer: "", detail });
  }
  return { ok: true, readings };
}

type ReadEvent = { ok: true; readings: readonly Reading[] } | { ok: false; error: BodyError };

function readEvent(raw: unknown, at: string, { organizations, map }: Configured, receivedAt: string): ReadEvent {
  const read = (...readings: readonly Reading[]): ReadEvent => ({ ok: true, readings });
  if (!isObject(raw)) return read({ kind: "invalid", pointer: at, reason: "expected an event, a JSON object", raw });
  const event = unwrap(raw, at);
  const isChange = isChangeEvent(event.payload);
  const isFlow = !isChange && event.eventUuid === undefined && !event.type?.endsWith("__e");
  const flow = mapFor(raw, map);
  const named = isFlow ? valueAt(raw, flow.organizationId) : event.organizationId;
  const foreign = named === undefined || named === null ? null : whyForeign(named, organizations);
  if (foreign !== null) {
    return { ok: false, error: { pointer: at + (isFlow ? flow.organizationId : "/source"), detail: foreign } };
  }
  if (isChange) return read(...readChangeEvent(event.payload, event.pointer, raw, receivedAt));
  return read(isFlow ? readFlowEvent(raw, at, flow, receivedAt) : readPlatformEvent(event, raw, receivedAt));
}

function refused(error: BodyError): Normalized {
  return { ok: false, errors: [error] };
}
