// audit.step: one step of one signal's journey, told by the layer that took it. `ledger` writes it to the trail and
// projects the read models from it. Rule: steps state what happened; nothing in the pipeline ever reads them back.
import * as z from "zod";
import { ActionSnapshot, Actor } from "./action-state.ts";
import { Instant, Priority, Reference } from "./envelope.ts";
import { SignalId, SignalType } from "./signal-received.ts";

const LAYERS = ["ingest", "inbox", "enrich", "decide", "execute", "deal", "ledger", "desk", "console"] as const;

/** A signal's fate. Every signal ends in one but `in_progress`; the sum over all fates equals the signals received. */
export const FATES = [
  "in_progress",
  "no_action",
  "waiting",
  "executed",
  "rejected",
  "expired",
  "superseded",
  "dead_lettered",
] as const;
export const Fate = z.enum(FATES);
export type Fate = z.infer<typeof Fate>;

/** What the signals read model shows of a signal; sent once, by the layer that made it. */
export const SignalSummary = z.object({
  signal_type: SignalType,
  source: z.string().max(50),
  event: z.string().max(100),
  subject: Reference,
  deal_id: Reference.nullable(),
  account_id: Reference.nullable(),
  urgency: Priority,
  fired_at: Instant,
  received_at: Instant,
});
export type SignalSummary = z.infer<typeof SignalSummary>;

export const AuditStep = z.object({
  signal_id: SignalId,
  layer: z.enum(LAYERS),
  /** Past participle: `received`, `enriched`, `decided`, `proposed`, `approved`, `released`, `executed`, … */
  step: z
    .string()
    .regex(/^[a-z]+(_[a-z]+)*$/)
    .max(40),
  at: Instant,
  /** Which attempt of its event the step belongs to, from 1. */
  attempt: z.int().positive(),
  /** How long the step took, in milliseconds; null when it has no duration of its own. */
  duration_ms: z.number().min(0).nullable(),
  /** One sentence for people. */
  summary: z.string().max(2_000),
  /** What went in and out, in short; shown on demand. */
  data: z.record(z.string(), z.unknown()).nullable(),
  actor: Actor.nullable(),
  /** Present on `received`: opens the signal's row. */
  signal: SignalSummary.nullable(),
  /** Present when the step settles or changes the signal's fate; the latest `at` wins. */
  fate: Fate.nullable(),
  /** Present on steps of the Deal object: the action as it is now. */
  action: ActionSnapshot.nullable(),
});
export type AuditStep = z.infer<typeof AuditStep>;
