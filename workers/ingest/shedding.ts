// Which traffic a lane that falls behind turns away: low-priority first, then standard; high and immediate never. Pure.
// Rule: a level is left later than it is entered, so that the edge does not flap between taking and refusing.
import type { Priority } from "#contract/envelope.ts";

/** What is turned away: nothing, low, or low and standard. */
export type ShedLevel = "none" | "low" | "standard";

/** What the platform tells of a queue: messages (packs) that wait, and since when the oldest does; none when empty. */
export type LaneMetrics = { backlogCount: number; oldestMessageTimestamp?: Date };

type Bounds = { messages: number; ageMs: number };
const MINUTE_MS = 60_000;

// By age: an effect is promised within 15 minutes, so half of that spent waiting is too much, and low-priority
// traffic gives way before it. By count: a queue moves 5,000 messages a second at most (platform limit), so these
// are 20 and 100 seconds at best, and minutes when the CRM sets the pace. What leaves a level is half of what enters.
const ENTER: Readonly<Record<"low" | "standard", Bounds>> = {
  low: { messages: 100_000, ageMs: 4 * MINUTE_MS },
  standard: { messages: 500_000, ageMs: 8 * MINUTE_MS },
};
const LEAVE_SHARE = 0.5;

const SHED: Readonly<Record<ShedLevel, readonly Priority[]>> = {
  none: [],
  low: ["low"],
  standard: ["low", "standard"],
};

/** The level of a lane, from its queue's metrics and the level it had. */
export function shedLevel(metrics: LaneMetrics, previous: ShedLevel, nowMs: number): ShedLevel {
  const ageMs = nowMs - (metrics.oldestMessageTimestamp?.getTime() ?? nowMs);
  const over = ({ messages, ageMs: age }: Bounds, share: number) =>
    metrics.backlogCount > messages * share || ageMs > age * share;
  if (over(ENTER.standard, previous === "standard" ? LEAVE_SHARE : 1)) return "standard";
  if (over(ENTER.low, previous === "none" ? 1 : LEAVE_SHARE)) return "low";
  return "none";
}

/** Whether a request with signals of these urgencies is turned away: only when all of them are. */
export function sheds(level: ShedLevel, urgencies: readonly Priority[]): boolean {
  return urgencies.length > 0 && urgencies.every((urgency) => SHED[level].includes(urgency));
}
