// What the Controls object knows and how it changes. Rule: pure; every change comes with its line for the record, and a
// change that changes nothing has none.
import { ACTION_TYPES, type ActionType } from "#contract/action.ts";
import type { Actor } from "#contract/action-state.ts";
import type { AutopilotLevel, ControlsChange, ControlsView, Pause, PauseScope } from "#contract/controls.ts";

/** `since` is when the level was set; what people decided before it says nothing about it. */
type SetLevel = { level: AutopilotLevel | null; since: string };

export type ControlsState = {
  pauses: readonly Pause[];
  levels: Readonly<Partial<Record<ActionType, SetLevel>>>;
};

export const NO_CONTROLS: ControlsState = { pauses: [], levels: {} };

/** `change` is null when everything is as it was. */
export type Controlled = { state: ControlsState; change: ControlsChange | null };

export function setPause(state: ControlsState, pause: Pause): Controlled {
  const others = state.pauses.filter(({ on }) => nameOf(on) !== nameOf(pause.on));
  const summary = `Paused ${nameOf(pause.on)}: ${pause.reason}`;
  return { state: { ...state, pauses: [...others, pause] }, change: { at: pause.at, actor: pause.by, summary } };
}

export function clearPause(state: ControlsState, on: PauseScope, actor: Actor, at: string): Controlled {
  const others = state.pauses.filter((pause) => nameOf(pause.on) !== nameOf(on));
  if (others.length === state.pauses.length) return { state, change: null };
  return { state: { ...state, pauses: others }, change: { at, actor, summary: `Resumed ${nameOf(on)}` } };
}

/** `why` is added to the record, for example what a demotion rests on. */
export function setLevel(
  state: ControlsState,
  type: ActionType,
  level: AutopilotLevel | null,
  { actor, at, why }: { actor: Actor; at: string; why?: string },
): Controlled {
  const before = state.levels[type]?.level ?? null;
  if (before === level) return { state, change: null };
  const said = (each: AutopilotLevel | null) => (each === null ? "as its rules say" : each);
  const summary = `Autopilot of ${type}: ${said(before)} → ${said(level)}${why === undefined ? "" : `, ${why}`}`;
  return {
    state: { ...state, levels: { ...state.levels, [type]: { level, since: at } } },
    change: { at, actor, summary },
  };
}

export function viewOf({ pauses, levels }: ControlsState): ControlsView {
  const autopilot: Partial<Record<ActionType, AutopilotLevel>> = {};
  for (const type of ACTION_TYPES) {
    const level = levels[type]?.level;
    if (level !== undefined && level !== null) autopilot[type] = level;
  }
  return { pauses, autopilot };
}

/** `everything`, or for example `type send_alert`; two scopes of one name are one. */
function nameOf(on: PauseScope): string {
  switch (on.scope) {
    case "all":
      return "everything";
    case "rep":
      return `rep ${on.email.toLowerCase()}`;
    case "type":
      return `type ${on.type}`;
    case "deal":
      return `deal ${on.subject}`;
  }
}
