// The metrics for people: the service level, what became of the signals, where time goes, how deep the queues are, and what
// is wrong now. Rule: the numbers are in the page; the charts are drawn over them by the script.
import { Hono } from "hono";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { Moment, spanText } from "#web/components/moment.tsx";
import { fateLabel } from "#web/components/words.ts";
import type { SignedInEnv } from "#web/deps.ts";
import { MessagePage } from "#web/pages/message-page.tsx";
import { OBJECTIVE } from "../api/metrics.ts";
import { AlertList } from "../components/alert-list.tsx";
import type { ConsoleDeps } from "../deps.ts";
import { costOf } from "../metrics/cost.ts";
import { addUp, bucketsOf, byLabel, type Counters, quantile, serviceLevel, sumOf } from "../metrics/figures.ts";
import { type AlertRow, type Job, WINDOWS, type Window } from "../metrics/metrics-store.ts";
import { OPEN_METRICS_TYPE, openMetrics } from "../metrics/open-metrics.ts";
import { missing } from "./missing.tsx";

const NAMES = { hour: "An hour", day: "A day", month: "30 days" } as const satisfies Record<Window, string>;
const MAX_MUTE_HOURS = 30 * 24;
const isWindow = (text: string): text is Window => Object.hasOwn(WINDOWS, text);
const isFiring = ({ state }: AlertRow) => state.startsWith("firing");

export function metricsText({ metrics }: Pick<ConsoleDeps, "metrics">): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();
  pages.get("/", async (c) => {
    const [totals, job, alerts] = await Promise.all([metrics.totals(), metrics.job(), metrics.alerts()]);
    return c.body(openMetrics(totals, job, alerts.filter(isFiring).length), 200, { "content-type": OPEN_METRICS_TYPE });
  });
  return pages;
}

export function metricsPage({ metrics, now }: Pick<ConsoleDeps, "metrics" | "now">): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();
  pages.get("/", async (c) => {
    const asked = c.req.query("window") ?? "";
    const window: Window = isWindow(asked) ? asked : "day";
    const [rows, totals, job, alerts] = await Promise.all([
      metrics.rows(window, now()),
      metrics.totals(),
      metrics.job(),
      metrics.alerts(),
    ]);
    const view = { frame: c.var.frame, window, counters: addUp(rows), totals, job, alerts: alerts.filter(isFiring) };
    return c.html(<MetricsView {...view} />);
  });

  pages.post("/mute", async (c) => {
    const { identity, frame } = c.var;
    if (identity.role !== "operator") {
      const message = "Only an operator may mute an alert; ask one of yours.";
      return c.html(<MessagePage frame={frame} title="Not allowed" message={message} />, 403);
    }
    const form = await c.req.formData();
    const hours = Number(form.get("hours"));
    if (!Number.isInteger(hours) || hours < 0 || hours > MAX_MUTE_HOURS)
      return missing(c, "Say for how many hours, up to 30 days.", 422);
    const until = hours === 0 ? null : new Date(now() + hours * 3_600_000).toISOString();
    const wasMuted = await metrics.mute(String(form.get("alert") ?? ""), until, identity.email);
    return wasMuted ? c.redirect("/metrics", 303) : missing(c, "There was never such an alert.");
  });
  return pages;
}

type View = { frame: Frame; window: Window; counters: Counters; totals: Counters; job: Job | null; alerts: AlertRow[] };

function MetricsView({ frame, window, counters, totals, job, alerts }: View) {
  const service = serviceLevel(counters, OBJECTIVE);
  const difference = sumOf(totals, "signals_received") - sumOf(totals, "signals");
  const percent = (share: number | null) => (share === null ? "–" : `${(share * 100).toFixed(2)} %`);
  return (
    <Layout frame={frame} title="Metrics">
      <div class="page-head">
        <h1>Metrics</h1>
        <a class="button" href="/metrics.txt">
          OpenMetrics
        </a>
      </div>
      <nav class="filter" aria-label="Window">
        {Object.entries(NAMES).map(([each, name]) => (
          <a href={`/metrics?window=${each}`} {...(each === window ? { "aria-current": "true" as const } : {})}>
            {name}
          </a>
        ))}
      </nav>
      <AlertList frame={frame} alerts={alerts} />
      <div id="chart" data-window={window} />
      <Figures
        title="Service level"
        rows={[
          ["Dealt with within 15 minutes", percent(service.within)],
          ["Error budget left", percent(service.budget_left)],
          ["Burn rate", service.burn_rate === null ? "–" : service.burn_rate.toFixed(2)],
          ["Received, less the sum of the fates", String(difference)],
          ["Overdue approvals", String(job?.measured?.overdue ?? "–")],
        ]}
      />
      <Figures title="Signals by source" rows={numbers(byLabel(counters, "signals_received", "source"))} />
      <Figures
        title="All signals by fate"
        rows={numbers(byLabel(totals, "signals", "fate").map(([fate, count]) => [fateLabel(fate).text, count]))}
      />
      <Times counters={counters} />
      <Figures title="Decided by" rows={shares(byLabel(counters, "decisions", "by"))} />
      <Figures title="People" rows={numbers(byLabel(counters, "people_decided", "step"))} />
      <Figures title="Executed after" rows={numbers(byLabel(counters, "actions_executed", "released_by"))} />
      <Figures
        title="Queues"
        rows={(job?.measured?.queues ?? []).map(({ queue, messages, oldest_at }) => [
          queue,
          oldest_at === null
            ? String(messages)
            : `${messages}, the oldest ${spanText(frame.now - Date.parse(oldest_at))} old`,
        ])}
      />
      <Figures
        title="Outside systems"
        rows={(job?.measured?.upstreams ?? []).map(({ system, breaker, calls }) => [
          system,
          `breaker ${breaker.state.replace("_", " ")}, ${callsText(calls)}`,
        ])}
      />
      <Figures
        title="Cost of a signal, as far as it is counted"
        rows={costOf(counters).map(({ what, perSignal, dollarsPerMillion }) => [
          what,
          `${perSignal.toFixed(2)}, $${dollarsPerMillion.toFixed(2)} a million`,
        ])}
      />
      {job?.measured?.budget && (
        <Figures
          title="Language model today"
          rows={[
            ["Calls", String(job.measured.budget.calls)],
            ["Spent", dollars(job.measured.budget.spent_micro_usd)],
            ["Of the day’s budget", dollars(job.measured.budget.limit_micro_usd)],
          ]}
        />
      )}
      <p class="quiet">
        {job === null ? (
          "The job of every minute has not run yet."
        ) : (
          <>
            Measured <Moment at={job.ran_at} />: {job.outcome}.
          </>
        )}
      </p>
    </Layout>
  );
}

function Times({ counters }: { counters: Counters }) {
  const stages = byLabel(counters, "stage_seconds", "stage").map(([stage]) => stage);
  const rows = [
    ["end to end", bucketsOf(counters, "signal_seconds")] as const,
    ...stages.map((stage) => [stage, bucketsOf(counters, "stage_seconds", { stage })] as const),
    ["a person decides", bucketsOf(counters, "decision_seconds")] as const,
  ];
  const shown = (buckets: Parameters<typeof quantile>[0]) =>
    [0.5, 0.95, 0.99].map((share) => {
      const seconds = quantile(buckets, share);
      if (seconds === null) return "–";
      return seconds === Infinity ? "over a day" : `≤ ${spanText(seconds * 1_000)}`;
    });
  return (
    <Figures title="Time: p50, p95, p99" rows={rows.map(([name, buckets]) => [name, shown(buckets).join(" · ")])} />
  );
}

function Figures({ title, rows }: { title: string; rows: readonly (readonly [string, string])[] }) {
  if (rows.length === 0) return null;
  return (
    <table class="table">
      <caption>{title}</caption>
      <tbody>
        {rows.map(([name, value]) => (
          <tr>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type Calls = NonNullable<Job["measured"]>["upstreams"][number]["calls"];

/** Since the object of the system was started. */
function callsText({ answered, failed, deferred, took_ms }: Calls): string {
  const made = answered + failed;
  const rate = made === 0 ? 0 : (failed / made) * 100;
  const mean = made === 0 || took_ms === undefined ? "" : `, ${Math.round(took_ms / made)} ms each`;
  return `${made} calls, ${rate.toFixed(1)} % failed${mean}, ${deferred} held back`;
}

const dollars = (microUsd: number) => `$${(microUsd / 1_000_000).toFixed(2)}`;

/** Of the model and the fallback, a third or so is healthy: docs/model.md. */
function shares(rows: readonly (readonly [string, number])[]): [string, string][] {
  const total = rows.reduce((sum, [, value]) => sum + value, 0);
  return rows.map(([name, value]) => [name, `${value}, ${((value / total) * 100).toFixed(0)} %`]);
}

function numbers(rows: readonly (readonly [string, number])[]): [string, string][] {
  return rows.map(([name, value]) => [name, String(value)]);
}
