// The metrics as OpenMetrics text, for Prometheus and Grafana. Rules: a counter's name ends in `_total`, a histogram's
// buckets are cumulative and end in +Inf, the text ends in `# EOF` (https://prometheus.io/docs/specs/om/open_metrics_spec/).
import { bucketsOf, byLabel, type Counters, seriesOf, sumOf } from "./figures.ts";
import type { Job } from "./metrics-store.ts";

const PREFIX = "dealwire";
const HISTOGRAMS = { signal_seconds: null, stage_seconds: "stage", decision_seconds: null } as const;
/** Goes down as well as up. */
const GAUGES = new Set(["signals"]);

export const OPEN_METRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** `firing` is how many alerts are on. */
export function openMetrics(totals: Counters, job: Job | null, firing: number): string {
  const lines = [...countersText(totals), ...histogramsText(totals), ...gaugesText(job, firing)];
  lines.push(...gauge("conservation_difference", [[{}, sumOf(totals, "signals_received") - sumOf(totals, "signals")]]));
  return `${[...lines, "# EOF"].join("\n")}\n`;
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

function countersText(totals: Counters): string[] {
  const groups = Map.groupBy(seriesOf(totals), ({ name }) => name);
  return [...groups].sort().flatMap(([name, series]) => {
    if (name in HISTOGRAMS) return [];
    const samples = series.map(({ labels, value }): Sample => [labels, value]);
    if (GAUGES.has(name)) return gauge(name, samples);
    return [`# TYPE ${PREFIX}_${name} counter`, ...samples.map((sample) => line(`${name}_total`, sample))];
  });
}

function histogramsText(totals: Counters): string[] {
  return Object.entries(HISTOGRAMS).flatMap(([name, label]) => {
    const keys = label === null ? [{}] : byLabel(totals, name, label).map(([value]) => ({ [label]: value }));
    const lines = keys.flatMap((labels) => histogram(name, labels, bucketsOf(totals, name, labels)));
    return lines.length === 0
      ? []
      : [`# TYPE ${PREFIX}_${name} histogram`, `# UNIT ${PREFIX}_${name} seconds`, ...lines];
  });
}

function histogram(name: string, labels: Sample[0], buckets: readonly (readonly [number, number])[]): string[] {
  if (buckets.length === 0) return [];
  let sum = 0;
  const lines = buckets.map(([bound, count]) => {
    sum += count;
    return bound === Infinity ? null : line(`${name}_bucket`, [{ ...labels, le: bound.toFixed(3) }, sum]);
  });
  const ends = [line(`${name}_bucket`, [{ ...labels, le: "+Inf" }, sum])];
  return [...lines.filter((each) => each !== null), ...ends];
}

function gaugesText(job: Job | null, firing: number): string[] {
  const ran =
    job === null ? [] : gauge("job_last_run_timestamp_seconds", [[{ job: "minute" }, Date.parse(job.ran_at) / 1_000]]);
  const alerts = gauge("alerts_firing", [[{}, firing]]);
  if (job?.measured == null) return [...ran, ...alerts];
  const { queues, overdue, upstreams, budget } = job.measured;
  const at = Date.parse(job.ran_at);
  return [
    ...ran,
    ...alerts,
    ...gauge("approvals_overdue", [[{}, overdue]]),
    ...gauge(
      "queue_messages",
      (queues ?? []).map(({ queue, messages }) => [{ queue }, messages]),
    ),
    ...gauge(
      "queue_oldest_seconds",
      (queues ?? []).map(({ queue, oldest_at }) => [
        { queue },
        oldest_at === null ? 0 : (at - Date.parse(oldest_at)) / 1_000,
      ]),
    ),
    ...gauge(
      "breaker_open",
      upstreams.map(({ system, breaker }) => [{ system }, breaker.state === "closed" ? 0 : 1]),
    ),
    ...gauge(
      "upstream_calls",
      upstreams.flatMap(({ system, calls }) =>
        (["answered", "failed", "deferred"] as const).map((fate): Sample => [{ system, fate }, calls[fate]]),
      ),
    ),
    ...gauge(
      "upstream_call_seconds",
      upstreams.map(({ system, calls }) => [{ system }, (calls.took_ms ?? 0) / 1_000]),
    ),
    ...gauge("model_spent_usd", budget === null ? [] : [[{}, budget.spent_micro_usd / 1_000_000]]),
  ];
}

function gauge(name: string, samples: readonly Sample[]): string[] {
  return samples.length === 0 ? [] : [`# TYPE ${PREFIX}_${name} gauge`, ...samples.map((sample) => line(name, sample))];
}

function line(name: string, [labels, value]: Sample): string {
  const texts = Object.entries(labels).map(([label, each]) => `${label}="${each}"`);
  return `${PREFIX}_${name}${texts.length === 0 ? "" : `{${texts.join(",")}}`} ${value}`;
}
