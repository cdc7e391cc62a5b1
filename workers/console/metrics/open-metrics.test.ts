import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { METRICS } from "#contract/metrics.ts";
import { readOpenMetrics } from "../../../tests/support/open-metrics.ts";
import { quantile, serviceLevel } from "./figures.ts";
import type { Measured } from "./metrics-store.ts";
import { openMetrics } from "./open-metrics.ts";
import { type Known, samplesOf } from "./samples.ts";

const NOW = Date.parse("2026-11-21T12:00:00.000Z");
const TOTALS = {
  'signals_received{source="hubspot"}': 3,
  'fates_reached{fate="executed",source="hubspot"}': 2,
  'signals{fate="executed"}': 2,
  'signals{fate="waiting"}': 1,
  'signal_seconds{le="1"}': 2,
  'signal_seconds{le="+Inf"}': 1,
  "signal_seconds_sum{}": 90_001.5,
  'stage_seconds{stage="enrich",le="0.25"}': 4,
  "decision_seconds_sum{}": 4,
  'decision_seconds{le="10"}': 1,
  'objective{met="true"}': 3,
  'steps{layer="enrich",step="enriched"}': 3,
  'retries{layer="enrich"}': 1,
  'dead_letters{stage="enrich"}': 1,
  'decisions{by="rules"}': 3,
  'people_decided{step="approved",type="create_task"}': 1,
  'person_decided{person="rep_0123456789abcdef0123",step="approved"}': 1,
  'actions_executed{type="create_task",released_by="approval"}': 1,
  'actions_failed{type="create_task"}': 1,
  'upstream_calls{system="hubspot",outcome="answered"}': 7,
  'upstream_seconds{system="hubspot"}': 1.25,
  "model_calls{}": 2,
  "model_cost_usd{}": 0.031,
  'operations{kind="requests"}': 12,
};
const MEASURED: Measured = {
  queues: [{ queue: "signals", messages: 2, oldest_at: "2026-11-21T11:59:00.000Z" }],
  overdue: 0,
  waiting: 4,
  letters_open: 1,
  stuck: [],
  objective: 0.99,
  upstreams: [{ system: "hubspot", breaker: { state: "open", since: null }, credentials: { state: "accepted" } }],
  budget: { spent_micro_usd: 31_000, limit_micro_usd: 5_000_000, calls: 2 },
  conservation: { difference: 0 },
};
const KNOWN: Known = {
  totals: TOTALS,
  windows: { hour: [], day: [{ at: "2026-11-21T11", counters: TOTALS }], month: [] },
  measured: MEASURED,
  jobs: [{ job: "minute", ran_at: "2026-11-21T11:59:30.000Z", outcome: "ok" }],
  alerts: [],
  now: NOW,
};
const written = (changed: Partial<Known> = {}) => openMetrics(samplesOf({ ...KNOWN, ...changed }));

test("a strict reader takes it, and finds every metric there is, of its type and unit, and nobody's name", () => {
  const families = readOpenMetrics(written());
  expect([...families.keys()].sort()).toEqual(
    Object.keys(METRICS)
      .map((name) => `dealwire_${name}`)
      .sort(),
  );
  for (const [name, metric] of Object.entries(METRICS)) {
    const { type, unit, samples } = families.get(`dealwire_${name}`) ?? { samples: [] };
    expect([name, type, unit]).toEqual([name, metric.type, "unit" in metric ? metric.unit : null]);
    const allowed = new Set<string>([...metric.labels, "le"]);
    for (const { labels } of samples) expect(Object.keys(labels).filter((label) => !allowed.has(label))).toEqual([]);
  }
  expect(written()).not.toContain("rep_");
});

test("a strict reader takes what there is before the first signal and the first job", () => {
  const empty = { hour: [], day: [], month: [] };
  const families = readOpenMetrics(written({ totals: {}, windows: empty, measured: null, jobs: [] }));
  expect(families.get("dealwire_conservation_difference")?.samples).toMatchObject([{ value: 0 }]);
  expect(families.get("dealwire_signals")?.samples).toHaveLength(8);
  expect(families.has("dealwire_queue_messages")).toBe(false);
});

test("buckets add up over all bounds, with the count and the sum", () => {
  const lines = written().split("\n");
  expect(lines).toContain('dealwire_signals_received_total{source="hubspot"} 3');
  expect(lines).toContain('dealwire_signal_seconds_bucket{le="0.5"} 0');
  expect(lines).toContain('dealwire_signal_seconds_bucket{le="1.0"} 2');
  expect(lines).toContain('dealwire_signal_seconds_bucket{le="86400.0"} 2');
  expect(lines).toContain('dealwire_signal_seconds_bucket{le="+Inf"} 3');
  expect(lines).toContain("dealwire_signal_seconds_count 3");
  expect(lines).toContain("dealwire_signal_seconds_sum 90001.5");
  expect(lines).toContain("dealwire_conservation_difference 0");
  expect(lines).toContain('dealwire_queue_oldest_seconds{queue="signals"} 60');
});

test("the dashboard asks for metrics that there are, by labels that they have", () => {
  const dashboard = readFileSync("docs/grafana-dashboard.json", "utf8");
  const { panels }: { panels: { title: string; targets?: { expr: string }[] }[] } = JSON.parse(dashboard);
  const exprs = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  expect(exprs.length).toBeGreaterThan(20);
  const known = new Map<string, Set<string>>(
    Object.entries(METRICS).flatMap(([name, { type, labels }]) => {
      const suffixes = { counter: ["_total"], gauge: [""], histogram: ["_bucket", "_count", "_sum"] }[type];
      return suffixes.map((suffix) => [`dealwire_${name}${suffix}`, new Set<string>([...labels, "le"])] as const);
    }),
  );
  for (const expr of exprs) {
    const names = expr.match(/dealwire_\w+/g) ?? [];
    expect([expr, names.filter((name) => !known.has(name))]).toEqual([expr, []]);
    const asked = [...expr.matchAll(/(?:by \(|[{,] ?)([a-z_]+)(?==|[,)])/g)].map(([, label = ""]) => label);
    const wrong = asked.filter((label) => !names.some((name) => known.get(name)?.has(label)));
    expect([expr, wrong]).toEqual([expr, []]);
  }
  const shown = exprs.join(" ");
  const missing = Object.keys(METRICS).filter((name) => !shown.includes(`dealwire_${name}`));
  expect(missing).toEqual([]);
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

test("docs/metrics.md lists every metric as it is", () => {
  const rows = readFileSync("docs/metrics.md", "utf8").split("\n");
  for (const [name, { type, labels, help }] of Object.entries(METRICS)) {
    const shown = labels.map((label) => `\`${label}\``).join(", ");
    expect(rows).toContain(`| \`dealwire_${name}\` | ${type} | ${shown} | ${help} |`);
  }
});
