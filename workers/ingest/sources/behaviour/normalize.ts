// From a body to readings, for the sources that send behaviour: one event, an array of them, or `{"batch": […]}`.
// Rule: a single event that is not understood is a body that is not understood; one of several is refused alone.
import { parseJson } from "../json.ts";
import type { Normalized, Reading } from "../source.ts";
import { type Behaviour, draftOf } from "./behaviour.ts";

/** What a source read of one event; `pointer` is from that event. */
export type BehaviourReading =
  | { kind: "behaviour"; behaviour: Behaviour }
  | { kind: "ignored"; name: string }
  | { kind: "invalid"; pointer: string; reason: string };

/** Segment's largest batch (its documents: default 1,000, at most 4,000). */
const MAX_EVENTS = 4_000;
const MAX_IGNORED_NAME = 100;

/** `receivedAt` is an Instant. */
export function normalizeBehaviour(
  body: string,
  source: string,
  receivedAt: string,
  read: (raw: unknown) => BehaviourReading,
): Normalized {
  const parsed = parseJson(body);
  if (!parsed.ok) return { ok: false, errors: [{ pointer: "", detail: parsed.detail }] };
  const batch = batchOf(parsed.value);
  if (batch === null) {
    const reading = readingOf(read(parsed.value), source, receivedAt, "", parsed.value);
    if (reading.kind !== "invalid") return { ok: true, readings: [reading] };
    return { ok: false, errors: [{ pointer: reading.pointer, detail: reading.reason }] };
  }
  const { events, pointer } = batch;
  if (events.length > MAX_EVENTS) {
    return {
      ok: false,
      errors: [{ pointer, detail: `${events.length} events; at most ${MAX_EVENTS} in one request` }],
    };
  }
  const readings = events.map((raw, index) => readingOf(read(raw), source, receivedAt, `${pointer}/${index}`, raw));
  return { ok: true, readings };
}

/** The reading in the core's words; `at` is the pointer to `raw` in the body. */
export function readingOf(
  result: BehaviourReading,
  source: string,
  receivedAt: string,
  at: string,
  raw: unknown,
): Reading {
  if (result.kind === "ignored") return { kind: "ignored", name: result.name.slice(0, MAX_IGNORED_NAME) };
  if (result.kind === "invalid") return { ...result, pointer: at + result.pointer, raw };
  const draft = draftOf(source, result.behaviour, receivedAt);
  if (draft !== null) return { kind: "signal", draft, pointer: at, raw };
  return { kind: "invalid", pointer: at, reason: "expected an id of the person or of the browser", raw };
}

function batchOf(value: unknown): { events: readonly unknown[]; pointer: string } | null {
  if (Array.isArray(value)) return { events: value, pointer: "" };
  if (typeof value !== "object" || value === null || !("batch" in value)) return null;
  return Array.isArray(value.batch) ? { events: value.batch, pointer: "/batch" } : null;
}
