// How the machinery is: queues, outside systems, who decides and what that costs, the scheduled jobs.
import { isJob, JOBS } from "#contract/jobs.ts";
import type { Operation } from "#contract/operations.ts";
import { spanText } from "#web/components/moment.tsx";
import { costOf } from "../metrics/cost.ts";
import { byLabel, type Counters, seriesOf, sumOf } from "../metrics/figures.ts";
import type { JobRun, Measured } from "../metrics/metrics-store.ts";
import { dollars, FiguresTable, shareText, UNKNOWN } from "./figures-table.tsx";

export function QueueFigures({ measured, now }: { measured: Measured | null; now: number }) {
  const rows = (measured?.queues ?? []).map(({ queue, messages, oldest_at }): [string, string, string] => [
    queue,
    String(messages),
    oldest_at === null ? UNKNOWN : spanText(Math.max(0, now - Date.parse(oldest_at))),
  ]);
  const head = ["", "Messages", "The oldest waits for"];
  return <FiguresTable caption="Queues" head={head} rows={rows} empty="The queues could not be asked." />;
}

export function SystemFigures({ counters, measured }: { counters: Counters; measured: Measured | null }) {
  const calls = seriesOf(counters).filter(({ name }) => name === "upstream_calls");
  const seconds = new Map(byLabel(counters, "upstream_seconds", "system"));
  const now = new Map((measured?.upstreams ?? []).map((upstream) => [upstream.system, upstream]));
  const systems = new Set([...now.keys(), ...calls.map(({ labels: { system = "" } }) => system)]);
  const rows = [...systems].map((system): [string, ...string[]] => {
    const count = (outcome: string) =>
      calls.find(({ labels }) => labels.system === system && labels.outcome === outcome)?.value ?? 0;
    const made = count("answered") + count("failed");
    const mean = made === 0 ? UNKNOWN : spanText(((seconds.get(system) ?? 0) / made) * 1_000);
    const { breaker, credentials } = now.get(system) ?? {};
    const held = breaker === undefined ? UNKNOWN : `breaker ${breaker.state.replace("_", " ")}`;
    const state = credentials?.state === "refused" ? "secret refused" : held;
    return [system, state, String(made), shareText(count("failed"), made), mean, String(count("deferred"))];
  });
  const head = ["", "Now", "Calls", "Failed", "On average", "Held back"];
  return <FiguresTable caption="Outside systems" head={head} rows={rows} empty="No outside system was called yet." />;
}

export function ModelFigures({ counters, measured }: { counters: Counters; measured: Measured | null }) {
  const decisions = byLabel(counters, "decisions", "by");
  const all = sumOf(counters, "decisions");
  const budget = measured?.budget ?? null;
  const names: Readonly<Record<string, string>> = { rules: "Rules", llm: "Language model", fallback: "Fallback" };
  return (
    <>
      <FiguresTable
        caption="Decided by"
        rows={decisions.map(([by, count]) => [names[by] ?? by, String(count), shareText(count, all)])}
      />
      <FiguresTable
        caption="Language model"
        rows={[
          ["Calls", String(sumOf(counters, "model_calls"))],
          ["Cost", dollars(sumOf(counters, "model_cost_usd"))],
          ["Spent today, UTC", budget === null ? UNKNOWN : dollars(budget.spent_micro_usd / 1e6)],
          ["Budget of a day", budget === null ? UNKNOWN : dollars(budget.limit_micro_usd / 1e6)],
        ]}
      />
    </>
  );
}

const OPERATION_NAMES = {
  requests: "Worker requests",
  queue_operations: "Queue operations",
  d1_rows_written: "D1 rows written",
  d1_rows_read: "D1 rows read",
  object_requests: "Calls of objects",
  object_rows_written: "Rows written in objects",
  r2_writes: "R2 writes",
  r2_reads: "R2 reads",
  log_bytes: "Bytes of logs",
} as const satisfies Record<Operation, string>;

export function CostFigures({ counters }: { counters: Counters }) {
  const lines = costOf(counters);
  const total = lines.reduce((sum, line) => sum + line.dollars, 0);
  const million = (amount: number) => `$${(amount * 1e6).toFixed(2)}`;
  const rows = lines.map(({ operation, perSignal, dollars: each }): [string, string, string] => [
    OPERATION_NAMES[operation],
    perSignal.toFixed(2),
    million(each),
  ]);
  return (
    <FiguresTable
      caption="Counted operations, at list price"
      head={["", "A signal", "A million signals"]}
      rows={rows.length === 0 ? [] : [...rows, ["All that is counted", "", million(total)]]}
    />
  );
}

export function JobFigures({ runs, now }: { runs: readonly JobRun[]; now: number }) {
  const rows = runs.map(({ job, ran_at, outcome }): [string, string, string, string] => [
    isJob(job) ? `${job}, of ${JOBS[job].worker}` : job,
    isJob(job) ? JOBS[job].does : "",
    `${spanText(Math.max(0, now - Date.parse(ran_at)))} ago`,
    outcome,
  ]);
  const head = ["", "What it does", "Last ran", "How it ended"];
  return <FiguresTable caption="Scheduled jobs" head={head} rows={rows} empty="No job has run yet." />;
}
