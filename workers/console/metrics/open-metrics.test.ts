import { expect, test } from "vitest";
import { quantile, serviceLevel } from "./figures.ts";
import { openMetrics } from "./open-metrics.ts";

const TOTALS = {
  'signals_received{source="hubspot"}': 3,
  'signals{fate="executed"}': 2,
  'signals{fate="waiting"}': 1,
  'signal_seconds{le="1"}': 2,
  'signal_seconds{le="+Inf"}': 1,
};

test("counters end in _total, buckets add up, and the text ends", () => {
  const lines = openMetrics(TOTALS, null, 1).split("\n");
  expect(lines).toContain('dealwire_signals_received_total{source="hubspot"} 3');
  expect(lines).toContain('dealwire_signals{fate="executed"} 2');
  expect(lines.filter((line) => line.includes("_bucket"))).toEqual([
    'dealwire_signal_seconds_bucket{le="1.000"} 2',
    'dealwire_signal_seconds_bucket{le="+Inf"} 3',
  ]);
  expect(lines).toContain("dealwire_conservation_difference 0");
  expect(lines.slice(-2)).toEqual(["# EOF", ""]);
});

test("a quantile is the upper end of its bucket", () => {
  const buckets = [
    [1, 90],
    [60, 9],
    [Infinity, 1],
  ] as const;
  expect([0.5, 0.95, 0.999].map((share) => quantile(buckets, share))).toEqual([1, 60, Infinity]);
  expect(quantile([], 0.5)).toBeNull();
});

test("the budget burns at one when exactly the allowed share misses", () => {
  const service = serviceLevel({ 'objective{met="true"}': 99, 'objective{met="false"}': 1 }, 0.99);
  expect(service.within).toBe(0.99);
  expect(service.burn_rate).toBeCloseTo(1);
  expect(service.budget_left).toBeCloseTo(0);
});
