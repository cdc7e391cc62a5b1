// HubSpot webhooks: CRM changes, up to a hundred in one request, in any order and more than once. Rule: every event is
// read on its own; neither its place in the array nor its neighbours mean anything (a creation may follow the property
// changes it caused, and a bulk deletion arrives backwards in time).
// Source of the format: developers.hubspot.com, "Webhooks API" and "Validating requests".
import { draftOf } from "./hubspot/draft.ts";
import { HubspotEvent, subscriptionTypeOf } from "./hubspot/event.ts";
import { verifySignature } from "./hubspot/signature.ts";
import { readSubscription } from "./hubspot/subscription.ts";
import { workflowDraftOf } from "./hubspot/workflow.ts";
import { bodyErrors, parseJson } from "./json.ts";
import type { BodyError, Normalized, Reading, Source } from "./source.ts";

/** "Up to 100 events in a single request" (HubSpot, Webhooks API). */
const MAX_EVENTS = 100;

export const hubspot: Source<"PUBLIC_URL" | "HUBSPOT_CLIENT_SECRET"> = {
  name: "hubspot",
  lane: "signals",
  erasesOn: ["contact.privacy_deleted"],
  settings: ["PUBLIC_URL", "HUBSPOT_CLIENT_SECRET"],
  // Workflows do ("Error handling", 429); the Webhooks API has its own schedule and reads no Retry-After.
  retryAfterUnit: "milliseconds",
  verify: (request, settings, nowMs) =>
    verifySignature(request, settings.HUBSPOT_CLIENT_SECRET, settings.PUBLIC_URL, nowMs),
  normalize(body, { receivedAt }): Normalized {
    const parsed = parseJson(body);
    if (!parsed.ok) return { ok: false, errors: [{ pointer: "", detail: parsed.detail }] };
    if (!Array.isArray(parsed.value)) return readWorkflow(parsed.value, receivedAt);
    if (parsed.value.length > MAX_EVENTS) {
      const detail = `the array has ${parsed.value.length} events; HubSpot sends at most ${MAX_EVENTS} in one request`;
      return { ok: false, errors: [{ pointer: "", detail }] };
    }
    return { ok: true, readings: parsed.value.map((raw: unknown, index) => read(raw, `/${index}`, receivedAt)) };
  },
};

function read(raw: unknown, pointer: string, receivedAt: string): Reading {
  const type = subscriptionTypeOf(raw);
  if (type === null) {
    const reason = "expected the subscription type, for example deal.propertyChange";
    return { kind: "invalid", pointer: `${pointer}/subscriptionType`, reason, raw };
  }
  const subscription = readSubscription(type);
  if (subscription === null) return { kind: "ignored", name: type };
  const event = HubspotEvent.safeParse(raw);
  if (!event.success) return invalid(bodyErrors(event.error, pointer)[0], raw);
  const result = draftOf(event.data, subscription, type, receivedAt);
  return result.ok
    ? { kind: "signal", draft: result.draft, pointer, raw }
    : invalid({ pointer: `${pointer}/${result.missing}`, detail: `a ${type} event needs it` }, raw);
}

function invalid({ pointer, detail }: BodyError, raw: unknown): Reading {
  return { kind: "invalid", pointer, reason: detail, raw };
}

/** What is no array is a workflow's "send a webhook", or nothing of HubSpot's. */
function readWorkflow(value: unknown, receivedAt: string): Normalized {
  const draft = workflowDraftOf(value, receivedAt);
  if (draft !== null) return { ok: true, readings: [{ kind: "signal", draft, pointer: "", raw: value }] };
  const detail = `expected an array of 1 to ${MAX_EVENTS} events, or a workflow's record with its hs_object_id`;
  return { ok: false, errors: [{ pointer: "", detail }] };
}
