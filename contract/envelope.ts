// The envelope that carries every event on every queue. One queue message is a JSON array of
// envelopes of one topic (a "pack"); the platform bills by message, so packing makes it cheap.
// Rule: producers build envelopes with runtime/publish.ts only, consumers read them with runtime/consume.ts only.
import * as z from "zod";

/** How urgent a signal is; `immediate` is never shed. Ordered from most to least urgent. */
export const PRIORITIES = ["immediate", "high", "standard", "low"] as const;
export const Priority = z.enum(PRIORITIES);
export type Priority = z.infer<typeof Priority>;

/** ISO 8601 UTC with milliseconds, the only form of time on the wire: `2026-11-21T08:00:00.000Z`. */
export const Instant = z.iso.datetime({ precision: 3 });

/** A W3C trace-id: 32 lower-case hex digits, not all zero (https://www.w3.org/TR/trace-context/#trace-id). */
export const CorrelationId = z.string().regex(/^(?!0{32})[0-9a-f]{32}$/, "expected a W3C trace-id of 32 hex digits");

/** `system:id`, for example `hubspot:332507367156`. The system is lower case, the id is the system's own. */
export const Reference = z.string().regex(/^[a-z][a-z0-9_-]*:[^\s]{1,200}$/, "expected system:id");

export const TOPICS = [
  "file.dropped",
  "intent.observed",
  "signal.received",
  "signal.enriched",
  "plan.decided",
  "action.released",
  "action.rechecked",
  "action.changed",
  "audit.step",
  "dead.letter",
  "raw.replay",
  "erasure.requested",
] as const;
export const Topic = z.enum(TOPICS);
export type Topic = z.infer<typeof Topic>;

export const Envelope = z.object({
  event_id: z.uuidv7(),
  topic: Topic,
  schema_version: z.int().positive(),
  priority: Priority,
  correlation_id: CorrelationId,
  causation_id: z.uuidv7().nullable(),
  attempt: z.int().positive(),
  /** When the first attempt failed; on an event that is tried again. */
  first_failed_at: Instant.optional(),
  published_at: Instant,
  /** Of the Worker that published it: its version's tag, or the first eight digits of the version's id. */
  code_version: z.string().max(100).optional(),
  /** On an event that is replayed under the rules of then: when that was. It is handed on up to the decision. */
  rules_as_of: Instant.optional(),
  /** On some audit steps and signals: what their Worker used of the platform since it last told. Names that are unknown count nothing. */
  usage: z.record(z.string(), z.number()).optional(),
  payload: z.unknown(),
});
export type Envelope = z.infer<typeof Envelope>;

/** An envelope whose payload has been parsed (and upcast) as the newest version of its topic. */
export type Event<Payload> = Omit<Envelope, "payload"> & { payload: Payload };
