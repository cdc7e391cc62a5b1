// Whether an action may run unattended now. Rule: it fails closed (controls that can't be asked let nothing through),
// and whatever holds an action back has a reason that the page shows. People can always approve past it.
import type { Action, Approval } from "#contract/action.ts";
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { AutopilotLevel, ControlsView, PauseScope } from "#contract/controls.ts";
import { nextOpening } from "./hours.ts";

export type Hold = NonNullable<ActionSnapshot["held"]>;

/** Nothing is paused and every type runs as its rules say. */
export const FREE: ControlsView = { pauses: [], autopilot: {} };

/** The time to live of an action that its rule runs at once and a level makes wait, in seconds: 4 h. */
export const DEFAULT_TTL_SECONDS = 14_400;

/** What holds it back at `now` (milliseconds), or null when it may run. `controls` is null when they can't be asked. */
export function holdOf(snapshot: ActionSnapshot, controls: ControlsView | null, now: number): Hold | null {
  if (controls === null)
    return { reason: "the controls can't be asked; they are asked again in a minute", until: null };
  const pause = controls.pauses.find(({ on }) => isPaused(on, snapshot));
  if (pause !== undefined) return { reason: `paused by ${pause.by.id}: ${pause.reason}`.slice(0, 500), until: null };
  const level = levelOf(snapshot.action, controls);
  if (level === "shadow" || level === "approve") {
    return { reason: `autopilot is at "${level}" for ${snapshot.action.type}: a person decides`, until: null };
  }
  return closedAt(snapshot.action, now);
}

/** Outside the hours of the action: until when; else null. */
export function closedAt({ hours }: Action, at: number): Hold | null {
  const opens = hours === null ? at : nextOpening(hours, at);
  if (hours === null || opens === at) return null;
  const until = new Date(opens).toISOString();
  return { reason: `runs unattended only from ${hours.from} to ${hours.to} in ${hours.time_zone}`, until };
}

export function levelOf({ type }: Action, controls: ControlsView | null): AutopilotLevel | null {
  return controls?.autopilot[type] ?? null;
}

/**
 * The policy that counts: a level moves what a rule lets run by itself. A rule that expires or always wants a person
 * keeps its person, and what a model chose never gets freer.
 */
export function effectiveApproval({ approval, rule_id }: Action, level: AutopilotLevel | null): Approval {
  const isFree = approval === "auto" || approval.on_timeout === "execute";
  if (level === null || level === "shadow" || !isFree) return approval;
  const timed = approval === "auto" ? { ttl_seconds: DEFAULT_TTL_SECONDS, escalate_before_seconds: 0 } : approval;
  if (level === "approve") return { ...timed, on_timeout: "expire" };
  if (rule_id === "model") return approval;
  return level === "auto" ? "auto" : { ...timed, on_timeout: "execute" };
}

function isPaused(on: PauseScope, { action, subject }: ActionSnapshot): boolean {
  switch (on.scope) {
    case "all":
      return true;
    case "rep":
      return action.owner?.email?.toLowerCase() === on.email.toLowerCase();
    case "type":
      return action.type === on.type;
    case "deal":
      return subject === on.subject;
  }
}
