// How far behind each lane is, as this isolate last heard. Rules: a queue is asked once in a few seconds and by one
// request, the others go by the last answer; a queue that can't be asked sheds nothing.
import type { Log } from "#runtime/log.ts";
import { type LaneMetrics, type ShedLevel, shedLevel } from "./shedding.ts";
import type { Source } from "./sources/source.ts";

/** Reports have a lane of their own. */
export type Lane = Source["lane"] | "intent";
export type BacklogDeps = { metrics(lane: Lane): Promise<LaneMetrics>; now(): number; log: Log };

/** A call to the queue costs a few milliseconds; a backlog of minutes does not change within seconds. */
const FRESH_MS = 5_000;

/** A function that answers what a lane sheds now. One for each isolate; it remembers. Never throws. */
export function createBacklog({ metrics, now, log }: BacklogDeps): (lane: Lane) => Promise<ShedLevel> {
  const known = new Map<Lane, { level: ShedLevel; askedAtMs: number }>();

  const ask = async (lane: Lane, previous: ShedLevel): Promise<ShedLevel> => {
    try {
      return shedLevel(await metrics(lane), previous, now());
    } catch (error) {
      log("warn", "backlog_unknown", { lane, reason: String(error) });
      return "none";
    }
  };

  return async (lane) => {
    const askedAtMs = now();
    const last = known.get(lane);
    if (last !== undefined && askedAtMs - last.askedAtMs < FRESH_MS) return last.level;
    const previous = last?.level ?? "none";
    known.set(lane, { level: previous, askedAtMs });
    const level = await ask(lane, previous);
    if (level !== previous) log("warn", "shedding", { lane, level, previous });
    known.set(lane, { level, askedAtMs });
    return level;
  };
}
