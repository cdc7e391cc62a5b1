// When an action type has earned more freedom, and when it loses some. Rules: only a person promotes, the numbers only
// propose; demotion needs nobody. A type without a level stands where most rules put it, at the time to live.
import type { ActionType } from "#contract/action.ts";
import { type ActionOutcome, AUTOPILOT_LEVELS, type AutopilotLevel, type Promotion } from "#contract/controls.ts";

export type Thresholds = {
  /** Decisions since the level was set that a promotion rests on, at least. */
  promoteCases: number;
  /** Of them approved without an edit, at least, in per cent. */
  promotePercent: number;
  /** Rejections and undos among the last DEMOTION_CASES decisions that cost a level. */
  demoteCases: number;
};

const DEMOTION_CASES = 10;

/** A type that people keep rejecting still shows them what it would do. */
const LOWEST: AutopilotLevel = "approve";

/** Null when the type has not earned it. `outcomes` are those since the level was set. */
export function promotionOf(
  type: ActionType,
  from: AutopilotLevel | null,
  outcomes: readonly ActionOutcome[],
  thresholds: Thresholds,
): Promotion | null {
  const to = AUTOPILOT_LEVELS[rank(from) + 1];
  // In shadow nobody decides, so there is nothing to count: a person ends it.
  if (to === undefined || from === "shadow" || outcomes.length < thresholds.promoteCases) return null;
  const unedited = outcomes.filter(({ kind }) => kind === "approved").length - count(outcomes, "undone");
  if (unedited * 100 < thresholds.promotePercent * outcomes.length) return null;
  return { type, from, to, cases: outcomes.length, approved_unedited: unedited };
}

/** The level it falls to and why, or null. `outcomes` are those since the level was set, oldest first. */
export function demotionOf(
  from: AutopilotLevel | null,
  outcomes: readonly ActionOutcome[],
  { demoteCases }: Thresholds,
): { to: AutopilotLevel; why: string } | null {
  const to = AUTOPILOT_LEVELS[rank(from) - 1];
  if (to === undefined || rank(to) < rank(LOWEST)) return null;
  const last = outcomes.slice(-DEMOTION_CASES);
  const bad = count(last, "rejected") + count(last, "undone");
  if (bad < demoteCases) return null;
  return { to, why: `because ${bad} of the last ${last.length} decisions were rejections or undos` };
}

function rank(level: AutopilotLevel | null): number {
  return AUTOPILOT_LEVELS.indexOf(level ?? "auto_after_ttl");
}

function count(outcomes: readonly ActionOutcome[], kind: ActionOutcome["kind"]): number {
  return outcomes.filter((outcome) => outcome.kind === kind).length;
}
