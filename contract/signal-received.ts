// signal.received: one canonical, source-agnostic event, verified and normalised at the edge by `ingest`.
// Rule: nothing in here is shaped like a particular source; what only one source has goes into `payload.facts`.
import * as z from "zod";
import { CorrelationId, Instant, Priority, Reference } from "./envelope.ts";

export const SignalType = z.enum([
  "crm_event",
  "call_complete",
  "intent",
  "behavioral",
  "stakeholder_change",
  "custom",
]);
export type SignalType = z.infer<typeof SignalType>;

/** `sig_` + 26 characters of lower-case base32 (130 bits of SHA-256 over the source's own event identity). */
export const SignalId = z.string().regex(/^sig_[a-z2-7]{26}$/, "expected sig_ and 26 base32 characters");

/**
 * What happened, in words every layer understands.
 * `event` is `<object>.<what>` in past tense, for example `deal.stage_changed`, `deal.created`,
 * `contact.removed_from_deal`, `call.completed`. `property` is the source's own field name.
 */
export const SignalFacts = z.object({
  event: z
    .string()
    .regex(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/, "expected object.past_participle")
    .max(100),
  property: z.string().max(200).optional(),
  old_value: z.string().max(10_000).nullable().optional(),
  new_value: z.string().max(10_000).nullable().optional(),
  /** True when the source hid the value (HubSpot sends "REDACTED"); never show or act on the value. */
  sensitive: z.boolean().optional(),
  text: z.string().max(10_000).optional(),
  topics: z.array(z.string().max(200)).max(100).optional(),
  competitors: z.array(z.string().max(200)).max(100).optional(),
  score: z.number().min(0).max(100).optional(),
  url: z.string().max(2_000).optional(),
  /** Other records that the event names, each `system:id`. */
  related: z.array(Reference).max(200).optional(),
  /** Who or what caused the change, as the source says (HubSpot: `CRM_UI`, `INTEGRATION`, …). */
  changed_by: z.string().max(200).optional(),
  /** Anything else worth keeping that only this source has; flat. */
  facts: z.record(z.string().max(100), z.union([z.string().max(2_000), z.number(), z.boolean(), z.null()])).optional(),
});
export type SignalFacts = z.infer<typeof SignalFacts>;

export const SignalReceived = z.object({
  signal_id: SignalId,
  signal_type: SignalType,
  source: z.string().regex(/^[a-z][a-z0-9_-]{0,40}$/),
  /** What the signal is about: a deal, else a contact, else an account, else another record of the source. */
  subject: Reference,
  account_id: Reference.nullable(),
  deal_id: Reference.nullable(),
  contact_id: Reference.nullable(),
  payload: SignalFacts,
  urgency: Priority,
  confidence: z.number().min(0).max(1),
  fired_at: Instant,
  received_at: Instant,
  /** R2 key of the raw body, or null when it was not kept. */
  raw_ref: z.string().max(1024).nullable(),
});
export type SignalReceived = z.infer<typeof SignalReceived>;

/** The two ids that every layer derives from a signal's own identity. */
export const SignalIdentity = z.object({ signal_id: SignalId, correlation_id: CorrelationId });
export type SignalIdentity = z.infer<typeof SignalIdentity>;
