// What an action is at one moment, as the Deal object tells it: to `desk` over RPC, and to the trail and the
// read model over `audit`. Rule: `version` only grows per object, so a reader can always tell the newer snapshot.
import * as z from "zod";
import { Action } from "./action.ts";
import { Instant, Reference } from "./envelope.ts";
import { Person } from "./signal-enriched.ts";
import { SignalId } from "./signal-received.ts";

export const ACTION_STATES = [
  "proposed",
  "pending",
  "released",
  "executing",
  /** Its effect may have happened and the system can't be asked: a person looks. */
  "unknown",
  "executed",
  "failed",
  "rejected",
  "expired",
  "superseded",
  "compensating",
  "compensated",
  "compensation_failed",
] as const;
export const ActionState = z.enum(ACTION_STATES);
export type ActionState = z.infer<typeof ActionState>;

/** Who did something, and through what: a person on a page, in Slack or by a link; or a layer by itself. */
export const Actor = z.object({
  kind: z.enum(["person", "system"]),
  /** E-mail address of a person, or the name of the layer. */
  id: z.string().min(1).max(320),
  via: z.enum(["page", "api", "slack", "link", "alarm", "policy", "execute", "signal"]),
});
export type Actor = z.infer<typeof Actor>;

/** What a compensation needs besides the effect's id, for example the old value of a field. */
const Undo = z.record(z.string().max(100), z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()]));
export type Undo = z.infer<typeof Undo>;

/** What an action did outside: enough for a person to find it and for a compensation to take it back. */
export const Effect = z.object({
  /** Id in the external system, for example a Slack `ts` or a HubSpot task id. */
  external_id: z.string().max(500),
  url: z.string().max(2_000).nullable(),
  summary: z.string().max(500),
  at: Instant,
  /** Null when there is nothing to know. */
  undo: Undo.nullable().default(null),
});
export type Effect = z.infer<typeof Effect>;

export const ActionSnapshot = z.object({
  action: Action,
  state: ActionState,
  version: z.int().positive(),
  subject: Reference,
  subject_name: z.string().max(500).nullable(),
  signal_id: SignalId,
  correlation_id: z.string(),
  proposed_at: Instant,
  /** When it runs or expires by itself; null unless pending. */
  due_at: Instant.nullable(),
  released_by: z.enum(["auto", "approval", "timeout"]).nullable(),
  /** The last decision: who, and the reason where one was given. */
  decided_by: Actor.nullable(),
  decided_at: Instant.nullable(),
  note: z.string().max(2_000).nullable(),
  /** Signals whose similar actions were folded into this one. */
  folded_signals: z.array(SignalId).max(100),
  effect: Effect.nullable(),
  error: z.string().max(2_000).nullable(),
  /** Recorded in shadow: what would have run, and never does. */
  shadow: z.boolean().default(false),
  /** Why it did not run at `due_at` although nobody decided: a pause, or hours in which nothing is sent. */
  held: z
    .object({ reason: z.string().max(500), until: Instant.nullable() })
    .nullable()
    .default(null),
  /** Until when it can be taken back; null when it can't, `undo_note` says why or what stays. */
  undo_until: Instant.nullable().default(null),
  undo_note: z.string().max(500).nullable().default(null),
  escalated_to: Person.nullable().default(null),
});
export type ActionSnapshot = z.infer<typeof ActionSnapshot>;
