// What stops or frees unattended runs for the whole deployment: pauses, and how far each action type may go by itself.
// Held by one Durable Object; the Deal objects ask it, `desk` sets it. Rule: every change has an actor and stays on
// record, and arguments and answers only ever gain optional fields.
import * as z from "zod";
import { ACTION_TYPES, type ActionType } from "./action.ts";
import { Actor } from "./action-state.ts";
import { Instant, Reference } from "./envelope.ts";

/** The name of the one Controls object. */
export const CONTROLS_NAME = "controls";

/** The subject of dealwire's own alerts. Nothing here holds them back: a pause is when they matter most. */
export const OPS_SUBJECT = "ops:dealwire";

/** What a pause stops; people can still approve. */
export const PauseScope = z.discriminatedUnion("scope", [
  z.object({ scope: z.literal("all") }),
  z.object({ scope: z.literal("rep"), email: z.email().max(320) }),
  z.object({ scope: z.literal("type"), type: z.enum(ACTION_TYPES) }),
  z.object({ scope: z.literal("deal"), subject: Reference }),
]);
export type PauseScope = z.infer<typeof PauseScope>;

export const Pause = z.object({ on: PauseScope, reason: z.string().trim().min(1).max(300), by: Actor, at: Instant });
export type Pause = z.infer<typeof Pause>;

/**
 * From the most careful to the freest: recorded and never run; run when a person approves; run after the time to live;
 * run at once. A type without a level runs as its rules say.
 */
export const AUTOPILOT_LEVELS = ["shadow", "approve", "auto_after_ttl", "auto"] as const;
export const AutopilotLevel = z.enum(AUTOPILOT_LEVELS);
export type AutopilotLevel = z.infer<typeof AutopilotLevel>;

/** What a Deal object has to know before anything runs unattended. */
export type ControlsView = {
  pauses: readonly Pause[];
  autopilot: Readonly<Partial<Record<ActionType, AutopilotLevel>>>;
};

/** What people made of one action; `outcome_id` makes a repeated report one. */
export type ActionOutcome = {
  outcome_id: string;
  type: ActionType;
  kind: "approved" | "edited" | "rejected" | "undone";
  at: string;
};

/** That a type has earned the next level; a person accepts it by `setAutopilot`. */
export type Promotion = {
  type: ActionType;
  /** Null when the type runs as its rules say. */
  from: AutopilotLevel | null;
  to: AutopilotLevel;
  cases: number;
  approved_unedited: number;
};

/** One line of the record of changes, newest first where listed. */
export type ControlsChange = { at: string; actor: Actor; summary: string };

export interface ControlsRpc {
  get(): Promise<ControlsView>;
  /** Replaces an earlier pause of the same scope. */
  setPause(scope: PauseScope, reason: string, actor: Actor): Promise<ControlsView>;
  clearPause(scope: PauseScope, actor: Actor): Promise<ControlsView>;
  /** Null lets the type run as its rules say. */
  setAutopilot(type: ActionType, level: AutopilotLevel | null, actor: Actor): Promise<ControlsView>;
  proposals(): Promise<readonly Promotion[]>;
  /** The newest changes, at most 500. */
  history(): Promise<readonly ControlsChange[]>;
  /** Told by Deal objects; demotes by itself. The same outcome twice counts once. */
  record(outcomes: readonly ActionOutcome[]): Promise<void>;
}
