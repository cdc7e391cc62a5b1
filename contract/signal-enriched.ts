// signal.enriched: the signal plus the context that `enrich` found. Context never decides and never acts.
// Rule: unknown is null; what could not be fetched is named in `degraded`, so that no layer guesses why it is null.
import * as z from "zod";
import { Instant, Priority, Reference } from "./envelope.ts";
import { SignalReceived } from "./signal-received.ts";

export const Person = z.object({
  id: Reference,
  name: z.string().max(300),
  email: z.string().max(320).nullable(),
});
export type Person = z.infer<typeof Person>;

export const DealContact = Person.extend({
  title: z.string().max(300).nullable(),
  /** True when the person opted out of e-mail in the CRM; such a person is never mailed. */
  opted_out: z.boolean(),
});
export type DealContact = z.infer<typeof DealContact>;

export const OpenTask = z.object({
  id: Reference,
  subject: z.string().max(500),
  due_at: Instant.nullable(),
});

/** Days are whole days, rounded down, as of the signal's `fired_at`; negative `days_to_close` is overdue. */
export const DealContext = z.object({
  id: Reference,
  name: z.string().max(500),
  url: z.string().max(2_000).nullable(),
  stage: z.string().max(200).nullable(),
  pipeline: z.string().max(200).nullable(),
  amount: z.number().nullable(),
  owner: Person.nullable(),
  is_open: z.boolean(),
  is_won: z.boolean(),
  days_in_stage: z.int().nullable(),
  last_activity_days_ago: z.int().nullable(),
  close_date: z.iso.date().nullable(),
  days_to_close: z.int().nullable(),
  open_tasks: z.array(OpenTask).max(100),
  competitors_mentioned: z.array(z.string().max(200)).max(100),
  contacts: z.array(DealContact).max(100),
});
export type DealContext = z.infer<typeof DealContext>;

export const AccountContext = z.object({
  id: Reference,
  name: z.string().max(500).nullable(),
  domain: z.string().max(253).nullable(),
  employee_count: z.int().nullable(),
  industry: z.string().max(200).nullable(),
  /** Signals of the account in the last 30 days, newest first. */
  recent_signals: z.array(z.object({ signal_id: z.string(), event: z.string(), fired_at: Instant })).max(50),
  /** 0 to 100, or null when nothing is known. */
  intent_score: z.number().min(0).max(100).nullable(),
});
export type AccountContext = z.infer<typeof AccountContext>;

export const Degradation = z.object({
  /** The part of the context that is missing, for example `account_context` or `deal_context.open_tasks`. */
  missing: z.string().max(100),
  reason: z.string().max(500),
});
export type Degradation = z.infer<typeof Degradation>;

export const SignalEnriched = SignalReceived.extend({
  deal_context: DealContext.nullable(),
  account_context: AccountContext.nullable(),
  urgency: Priority,
  degraded: z.array(Degradation).max(20),
  enriched_at: Instant,
});
export type SignalEnriched = z.infer<typeof SignalEnriched>;
