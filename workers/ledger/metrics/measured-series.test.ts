import { expect, test } from "vitest";
import { QUIET, upstream } from "../alerts/readings.fixture.ts";
import type { Readings } from "../alerts/readings.ts";
import { measuredSeries } from "./measured-series.ts";

const NOW = Date.parse("2026-11-21T12:00:00.000Z");
const used = (now: Partial<Readings>, before: Partial<Readings> | null) =>
  Object.fromEntries(measuredSeries({ ...QUIET, ...now }, before && { ...QUIET, ...before }, NOW).used);
const calls = (answered: number, failed: number) => ({
  upstreams: [{ ...upstream({}), calls: { answered, failed, deferred: 0, took_ms: answered * 100 } }],
});
const spent = (day: string, micro: number) => ({
  budget: { day, limit_micro_usd: 5e6, spent_micro_usd: micro, calls: micro / 1e5, refused: 0, level: "ok" as const },
});

test("gauges stand as they are", () => {
  const queues = [{ queue: "signals", messages: 3, oldest_at: "2026-11-21T11:59:30.000Z" }];
  const { gauges } = measuredSeries({ ...QUIET, queues, waiting: 4, overdue: 1, letters_open: 9 }, null, NOW);
  expect(Object.fromEntries(gauges)).toEqual({
    "approvals_waiting{}": 4,
    "approvals_overdue{}": 1,
    "dead_letters_open{}": 9,
    "signals_stuck{}": 0,
    'queue_messages{queue="signals"}': 3,
    'queue_oldest_seconds{queue="signals"}': 30,
  });
});

test("calls are counted since the run before", () => {
  expect(used(calls(5, 1), calls(3, 1))).toEqual({
    'upstream_calls{system="slack",outcome="answered"}': 2,
    'upstream_seconds{system="slack"}': expect.closeTo(0.2),
  });
  expect(used(calls(3, 1), calls(3, 1))).toEqual({});
});

test("an object that was started anew counts from zero", () => {
  expect(used(calls(2, 0), calls(3, 1))).toMatchObject({ 'upstream_calls{system="slack",outcome="answered"}': 2 });
});

test("what the model costs is counted over midnight", () => {
  expect(used(spent("2026-11-21", 300_000), spent("2026-11-21", 100_000))).toEqual({
    "model_calls{}": 2,
    "model_cost_usd{}": expect.closeTo(0.2),
  });
  expect(used(spent("2026-11-22", 300_000), spent("2026-11-21", 100_000))).toMatchObject({ "model_calls{}": 3 });
});
