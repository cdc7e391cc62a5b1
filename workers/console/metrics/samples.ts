// Every metric with its samples, from what the ledger counted and measured. Pure. Rule: what was never counted or could not
// be measured has no sample, and never a zero; the fates have one each, so that their sum is there to be seen.
import { alertKind } from "#contract/alerts.ts";
import { FATES } from "#contract/audit-step.ts";
import { METRICS, type MetricName } from "#contract/metrics.ts";
import { type Labels, parseSeries } from "#contract/series.ts";
import { costOf } from "./cost.ts";
import { addUp, type Counters, serviceLevel, sumOf } from "./figures.ts";
import type { AlertRow, JobRun, Measured, Rollup, Window } from "./metrics-store.ts";

export type Sample = readonly [labels: Labels, value: number];
/** By the name of the metric. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

export type Known = {
  totals: Counters;
  windows: Readonly<Record<Window, readonly Rollup[]>>;
  measured: Measured | null;
  jobs: readonly JobRun[];
  /** Those that fire. */
  alerts: readonly AlertRow[];
  now: number;
};

const MICRO = 1_000_000;
const SUM = "_sum";

export function samplesOf(known: Known): Samples {
  const samples = new Map<string, Sample[]>();
  const add = (name: MetricName, labels: Labels, value: number) => {
    const own = samples.get(name) ?? [];
    own.push([labels, value]);
    samples.set(name, own);
  };
  addTotals(known.totals, add);
  addWindows(known, add);
  if (known.measured !== null) addMeasured(known.measured, known.now, add);
  for (const { job, ran_at } of known.jobs) add("job_last_run_timestamp_seconds", { job }, Date.parse(ran_at) / 1_000);
  const kinds = Map.groupBy(known.alerts, ({ alert }) => alertKind(alert) ?? "other");
  for (const [kind, alerts] of kinds) add("alerts_firing", { kind }, alerts.length);
  if (kinds.size === 0) add("alerts_firing", { kind: "any" }, 0);
  return samples;
}

type Add = (name: MetricName, labels: Labels, value: number) => void;

function addTotals(totals: Counters, add: Add): void {
  for (const [text, value] of Object.entries(totals)) {
    const { name, labels } = parseSeries(text);
    const family = name.endsWith(SUM) ? name.slice(0, -SUM.length) : name;
    if (isCounted(family)) add(family, labels, value);
  }
  const known = new Set(Object.keys(totals));
  for (const fate of FATES) if (!known.has(`signals{fate="${fate}"}`)) add("signals", { fate }, 0);
  add("conservation_difference", {}, sumOf(totals, "signals_received") - sumOf(totals, "signals"));
}

function isCounted(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

function addWindows({ windows, measured }: Known, add: Add): void {
  for (const [window, rows] of Object.entries(windows)) {
    const counters = addUp(rows);
    const { within, budget_left, burn_rate } = serviceLevel(counters, measured?.objective);
    if (within !== null) add("objective_met_ratio", { window }, within);
    if (budget_left !== null) add("error_budget_left_ratio", { window }, budget_left);
    if (burn_rate !== null) add("burn_rate", { window }, burn_rate);
    const lines = costOf(counters);
    if (lines.length > 0)
      add(
        "signal_cost_usd",
        { window },
        lines.reduce((sum, { dollars }) => sum + dollars, 0),
      );
  }
}

function addMeasured(measured: Measured, now: number, add: Add): void {
  const { queues, upstreams, budget } = measured;
  add("approvals_waiting", {}, measured.waiting);
  add("approvals_overdue", {}, measured.overdue);
  add("dead_letters_open", {}, measured.letters_open);
  add("signals_stuck", {}, measured.stuck.length);
  for (const { queue, messages, oldest_at } of queues ?? []) {
    add("queue_messages", { queue }, messages);
    add("queue_oldest_seconds", { queue }, oldest_at === null ? 0 : Math.max(0, now - Date.parse(oldest_at)) / 1_000);
  }
  for (const { system, breaker, credentials } of upstreams) {
    add("breaker_open", { system }, breaker.state === "closed" ? 0 : 1);
    add("credentials_refused", { system }, credentials.state === "refused" ? 1 : 0);
  }
  if (budget === null) return;
  add("model_spent_usd", {}, budget.spent_micro_usd / MICRO);
  add("model_budget_usd", {}, budget.limit_micro_usd / MICRO);
}
