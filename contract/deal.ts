// The RPC interface of the Deal object, the one channel between layers that is not a queue: `execute` proposes,
// claims and reports, `desk` decides and reads. Rule: arguments and answers are plain data and only ever gain
// optional fields, because a Worker and the object can be of different versions for minutes.
import * as z from "zod";
import { type ActionContent, ActionId, ContentHash } from "./action.ts";
import { type ActionSnapshot, Actor, Effect, type Undo } from "./action-state.ts";
import type { Fate } from "./audit-step.ts";
import type { Envelope, Event, Reference } from "./envelope.ts";
import type { PlanDecided } from "./plan-decided.ts";

export type DealName = z.infer<typeof Reference>;

/** What a person asks of an action. `edit` carries the whole new params of the same type. */
export const Decision = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("approve"), content_hash: ContentHash }),
  z.object({ kind: z.literal("reject"), reason: z.string().trim().min(1).max(2_000) }),
  z.object({ kind: z.literal("edit"), content_hash: ContentHash, params: z.record(z.string(), z.unknown()) }),
  z.object({
    kind: z.literal("snooze"),
    seconds: z
      .int()
      .min(60)
      .max(14 * 86_400),
  }),
  z.object({ kind: z.literal("reassign"), to: z.object({ id: z.string(), name: z.string(), email: z.email() }) }),
  z.object({ kind: z.literal("escalate"), to: z.object({ id: z.string(), name: z.string(), email: z.email() }) }),
  z.object({ kind: z.literal("undo"), reason: z.string().trim().max(2_000).nullable() }),
  /** Settles an `unknown`: the person looked, and it did happen or it did not (then it is released again). */
  z.object({ kind: z.literal("settle"), happened: z.boolean(), note: z.string().trim().max(2_000).nullable() }),
]);
export type Decision = z.infer<typeof Decision>;

export const DecideCommand = z.object({ action_id: ActionId, actor: Actor, decision: Decision });
export type DecideCommand = z.infer<typeof DecideCommand>;

/** Why a decision was refused, with the action as it is now so that the page can show it. */
export type Refusal = {
  ok: false;
  code: "not_found" | "wrong_state" | "stale_content" | "invalid_params" | "not_available";
  message: string;
  snapshot: ActionSnapshot | null;
};
export type DecideResult = { ok: true; snapshot: ActionSnapshot } | Refusal;

/**
 * What the caller puts on its queues before it acknowledges the message that made it ask. Asked again for the same
 * message, the object gives the same again, so nothing is lost when the caller dies in between.
 */
export type Entrusted = readonly { queue: "actions" | "notices" | "audit"; envelope: Envelope }[];

/** Says that the caller publishes what it is entrusted with; without it the object sends all by itself, for more rows. */
export type Courier = { publishes: true };

export type ProposeResult = {
  /** False when this plan (same signal) was already proposed: the first one stands, nothing changed. */
  accepted: boolean;
  /** True when the signal was the echo of our own write: nothing is done about it. */
  echo?: boolean;
  actions: readonly { action_id: string; state: ActionSnapshot["state"]; note: string | null }[];
  /** When it was not accepted: the fate of its signal by the plan that stands, and at which instant that was so. */
  stands?: { fate: Fate; at: string };
  entrusted?: Entrusted;
};

/** A claim is a lease: whoever holds it performs the action and reports before `lease_until`. */
export type ClaimResult =
  | {
      ok: true;
      lease_id: string;
      lease_until: string;
      content: ActionContent;
      idempotency_key: string;
      snapshot: ActionSnapshot;
      /** True when an earlier claim ended without a report: its effect may have happened, ask before repeating it. */
      maybe_done: boolean;
      /** `compensate` takes `snapshot.effect` back; `perform` where it is absent. */
      operation?: "perform" | "compensate";
      /** What an earlier attempt kept before it acted; null when none did. */
      kept?: Undo | null;
    }
  | { ok: false; code: "not_found" | "moot" | "already_done"; message: string; entrusted?: Entrusted }
  | { ok: false; code: "leased"; message: string; retry_after_seconds: number };

/** `failed` is for good. `released` gives the lease back because nothing happened and it will be tried again. */
export const Report = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("executed"), effect: Effect }),
  z.object({ kind: z.literal("failed"), reason: z.string().max(2_000) }),
  z.object({ kind: z.literal("released"), reason: z.string().max(2_000) }),
  z.object({ kind: z.literal("invalidated"), reason: z.string().max(2_000) }),
  /** Nothing happened, because nobody could tell whether it still holds: back to a person. */
  z.object({ kind: z.literal("unverified"), reason: z.string().max(2_000) }),
  /** It may have happened and nobody can be asked: parked for a person. */
  z.object({ kind: z.literal("unknown"), reason: z.string().max(2_000) }),
  z.object({ kind: z.literal("compensated"), summary: z.string().max(500) }),
  /** `remains` is exactly what is left to do by hand. */
  z.object({ kind: z.literal("compensation_failed"), reason: z.string().max(2_000), remains: z.string().max(2_000) }),
]);
export type Report = z.infer<typeof Report>;
export type ReportResult =
  | { ok: true; entrusted?: Entrusted }
  | { ok: false; code: "not_found" | "not_leased"; message: string };

export interface DealRpc {
  /** Files the plan; the first plan of a signal stands. Auto actions are released at once, the others wait. */
  propose(plan: Event<PlanDecided>, courier?: Courier): Promise<ProposeResult>;
  /** A courier is entrusted with what the claim publishes when it reports. */
  claim(actionId: string, courier?: Courier): Promise<ClaimResult>;
  /** Keeps what will undo the effect that is about to be made, in case its end is never reported. */
  keep(actionId: string, leaseId: string, undo: Undo): Promise<ReportResult>;
  report(actionId: string, leaseId: string, report: Report, courier?: Courier): Promise<ReportResult>;
  decide(command: DecideCommand): Promise<DecideResult>;
  /** The open actions on this subject and the newest others, at most 200 of these; newest first. */
  list(): Promise<readonly ActionSnapshot[]>;
  /** Releases or expires what is overdue and re-arms the alarm; called by a watchdog when an alarm was lost. */
  poke(): Promise<void>;
  /** Empties the params, facts and notes of every action that speaks of one of `emails` or `references`; how many. */
  erase(subject: { emails: readonly string[]; references: readonly string[] }): Promise<{ erased: number }>;
}

/** How long a claim holds; longer than any adapter's whole budget of calls. */
export const LEASE_SECONDS = 60;
