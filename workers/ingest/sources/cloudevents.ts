// CloudEvents 1.0 over HTTP (https://cloudevents.io), for whatever speaks them: Knative, Event Grid, EventBridge, your
// own services. Rule: the three content modes say the same; each event of a batch is read on its own.
// Source of the format: github.com/cloudevents/spec, "HTTP Protocol Binding" and "JSON Event Format", version 1.0.2.
import { verifyToken } from "../signing/token.ts";
import { placeInRequest, readBinary } from "./cloudevents/binary-mode.ts";
import { draftOf } from "./cloudevents/draft.ts";
import { readEvent } from "./cloudevents/event.ts";
import { parseJson } from "./json.ts";
import type { Normalized, Reading, Source } from "./source.ts";

/** The specification lets the receiver choose; this many are read within a Worker's time. */
const MAX_EVENTS = 1_000;

const FORMAT = /^application\/cloudevents(?:-batch)?(\+[^;\s]+)?/i;

export const cloudevents: Source<"INGEST_TOKENS"> = {
  name: "cloudevents",
  lane: "signals",
  settings: ["INGEST_TOKENS"],
  verify: (request, settings) => verifyToken(request, "cloudevents", settings.INGEST_TOKENS),
  normalize(body, { headers, receivedAt }): Normalized {
    const [structured, format = "+json"] = FORMAT.exec(headers.get("content-type") ?? "") ?? [];
    if (format.toLowerCase() !== "+json") {
      return refused(`the event format ${format.slice(0, 50)} is not read here; send application/cloudevents+json`);
    }
    // A sender that can't name the content type is understood all the same: the body says what it is.
    if (structured === undefined && headers.has("ce-specversion")) return readRequest(headers, body, receivedAt);
    const parsed = parseJson(body);
    if (!parsed.ok) return refused(parsed.detail);
    if (!Array.isArray(parsed.value)) return readOne(parsed.value, receivedAt);
    if (parsed.value.length <= MAX_EVENTS) {
      return { ok: true, readings: parsed.value.map((raw: unknown, index) => readItem(raw, `/${index}`, receivedAt)) };
    }
    return refused(`the batch has ${parsed.value.length} events; send at most ${MAX_EVENTS} in one request`);
  },
};

function readRequest(headers: Headers, body: string, receivedAt: string): Normalized {
  const binary = readBinary(headers, body);
  if (!binary.ok) return { ok: false, errors: [binary.error] };
  const normalized = readOne(binary.event, receivedAt);
  return normalized.ok ? normalized : { ok: false, errors: normalized.errors.map(placeInRequest) };
}

function readOne(raw: unknown, receivedAt: string): Normalized {
  const event = readEvent(raw, "");
  if (!event.ok) return event;
  const draft = draftOf(event.attributes, event.data, receivedAt);
  return { ok: true, readings: [{ kind: "signal", draft, pointer: "", raw }] };
}

function readItem(raw: unknown, pointer: string, receivedAt: string): Reading {
  const event = readEvent(raw, pointer);
  if (event.ok) return { kind: "signal", draft: draftOf(event.attributes, event.data, receivedAt), pointer, raw };
  const [first] = event.errors;
  return { kind: "invalid", pointer: first.pointer, reason: first.detail, raw };
}

function refused(detail: string): Normalized {
  return { ok: false, errors: [{ pointer: "", detail }] };
}
