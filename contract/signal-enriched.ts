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

/** Who answers for a deal. Hours of an unattended run and escalations go by it. */
export const Owner = Person.extend({
  /** IANA name such as `Europe/Lisbon`, or null when the CRM tells none. */
  time_zone: z.string().max(64).nullable().default(null),
  manager: Person.nullable().default(null),
});
export type Owner = z.infer<typeof Owner>;

export const DealContact = Person.extend({
  title: z.string().max(300).nullable(),
  /** True when the person opted out of e-mail in the CRM; such a person is never mailed. */
  opted_out: z.boolean(),
  /** Their part in the deal, in the CRM's words: `Champion`, `Decision maker`, `Economic Buyer`. */
  role: z.string().max(200).nullable().default(null),
  /** IANA name, where the CRM tells one; hours for a mail may go by it. */
  time_zone: z.string().max(64).nullable().optional(),
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
  owner: Owner.nullable(),
  is_open: z.boolean(),
  is_won: z.boolean(),
  days_in_stage: z.int().nullable(),
  last_activity_days_ago: z.int().nullable(),
  close_date: z.iso.date().nullable(),
  days_to_close: z.int().nullable(),
  open_tasks: z.array(OpenTask).max(100),
  competitors_mentioned: z.array(z.string().max(200)).max(100),
  contacts: z.array(DealContact).max(100),
  /** Stages that the deal entered, oldest first, the present one last. */
  stage_history: z
    .array(z.object({ stage: z.string().max(200), entered_at: Instant }))
    .max(50)
    .default([]),
  /** How often the close date was moved to a later day. */
  close_date_pushes: z.int().min(0).nullable().default(null),
  /** What the CRM says comes next (HubSpot `hs_next_step`, Salesforce `NextStep`). */
  next_step: z.string().max(1_000).nullable().default(null),
  /** The next meeting, call or task in the calendar, later than the signal. */
  next_activity_at: Instant.nullable().default(null),
  last_meeting_at: Instant.nullable().default(null),
  /** Competitors and topics that came up in calls about the deal, newest first. */
  mentions: z
    .array(z.object({ kind: z.enum(["competitor", "topic"]), name: z.string().max(200), mentioned_at: Instant }))
    .max(100)
    .default([]),
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
  /** Change of `intent_score` against 30 days earlier, in per cent; null when there was nothing to compare. */
  intent_change_percent: z.number().nullable().default(null),
  /** What it reads about, strongest first. */
  topics: z
    .array(z.object({ topic: z.string().max(200), score: z.number().min(0).max(100) }))
    .max(20)
    .default([]),
  /** The other open deals, which the signal could also have been about. */
  other_open_deals: z
    .array(z.object({ id: Reference, name: z.string().max(500), amount: z.number().nullable() }))
    .max(50)
    .default([]),
});
export type AccountContext = z.infer<typeof AccountContext>;

export const Degradation = z.object({
  /** The part of the context that is missing, for example `account_context` or `deal_context.open_tasks`. */
  missing: z.string().max(100),
  reason: z.string().max(500),
});
export type Degradation = z.infer<typeof Degradation>;

/** How enrichment came from what the signal names to the deal it is about; null when the signal names the deal. */
export const Resolution = z.object({
  /** One of the documented rules, for example `contact_of_one_open_deal` or `newest_activity_of_account`. */
  rule: z.string().max(100),
  from: z.string().max(500),
});
export type Resolution = z.infer<typeof Resolution>;

export const SignalEnriched = SignalReceived.extend({
  resolution: Resolution.nullable().default(null),
  /** `gone` is a deal that the CRM no longer has, `merged` one that lives on under the id in `deal_context`. */
  deal_status: z.enum(["found", "gone", "merged"]).nullable().default(null),
  deal_context: DealContext.nullable(),
  account_context: AccountContext.nullable(),
  urgency: Priority,
  degraded: z.array(Degradation).max(20),
  enriched_at: Instant,
});
export type SignalEnriched = z.infer<typeof SignalEnriched>;
