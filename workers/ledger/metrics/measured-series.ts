// What the job of every minute measured, as series: gauges that stand as they are, and what was used since the run before,
// which adds up. Pure. Rule: an object that was started anew counts from zero, so less than before is all new.
import { seriesName } from "#contract/series.ts";
import type { Readings } from "../alerts/readings.ts";
import type { Counters } from "./count-steps.ts";

export type UsedBefore = Pick<Readings, "upstreams" | "budget">;

const MICRO = 1_000_000;

/** `nowMs` is when it was measured; `before` is null at the first run. */
export function measuredSeries(
  readings: Readings,
  before: UsedBefore | null,
  nowMs: number,
): { gauges: Counters; used: Counters } {
  const gauges: Counters = new Map([
    [seriesName("approvals_waiting"), readings.waiting],
    [seriesName("approvals_overdue"), readings.overdue],
    [seriesName("dead_letters_open"), readings.letters_open],
    [seriesName("signals_stuck"), readings.stuck.length],
  ]);
  for (const { queue, messages, oldest_at } of readings.queues ?? []) {
    gauges.set(seriesName("queue_messages", { queue }), messages);
    gauges.set(seriesName("queue_oldest_seconds", { queue }), ageSeconds(oldest_at, nowMs));
  }
  for (const { system, breaker } of readings.upstreams) {
    gauges.set(seriesName("breaker_open", { system }), breaker.state === "closed" ? 0 : 1);
  }
  return { gauges, used: used(readings, before) };
}

export function ageSeconds(oldestAt: string | null, nowMs: number): number {
  return oldestAt === null ? 0 : Math.max(0, nowMs - Date.parse(oldestAt)) / 1_000;
}

function used({ upstreams, budget }: Readings, before: UsedBefore | null): Counters {
  const counters: Counters = new Map();
  const add = (series: string, now: number, then: number) => {
    const grown = now >= then ? now - then : now;
    if (grown > 0) counters.set(series, grown);
  };
  for (const { system, calls } of upstreams) {
    const earlier = before?.upstreams.find((each) => each.system === system)?.calls;
    for (const outcome of ["answered", "failed", "deferred"] as const) {
      add(seriesName("upstream_calls", { system, outcome }), calls[outcome], earlier?.[outcome] ?? 0);
    }
    add(seriesName("upstream_seconds", { system }), (calls.took_ms ?? 0) / 1_000, (earlier?.took_ms ?? 0) / 1_000);
  }
  if (budget !== null) {
    const earlier = before?.budget?.day === budget.day ? before.budget : null;
    add(seriesName("model_calls"), budget.calls, earlier?.calls ?? 0);
    add(seriesName("model_cost_usd"), budget.spent_micro_usd / MICRO, (earlier?.spent_micro_usd ?? 0) / MICRO);
  }
  return counters;
}
