// The page of the metrics: what is wrong first, then the figures by what an operator asks. Rule: the numbers are in the page,
// each part under an address that alerts link to; the charts are drawn beside them by the script.
import type { Child } from "hono/jsx";
import { lateAfterMinutes } from "#contract/jobs.ts";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { Relative } from "#web/components/moment.tsx";
import { AlertList } from "../components/alert-list.tsx";
import { CostFigures, JobFigures, ModelFigures, QueueFigures, SystemFigures } from "../components/machine-figures.tsx";
import { PeopleFigures } from "../components/people-figures.tsx";
import { FateFigures, ServiceFigures, TimeFigures } from "../components/signal-figures.tsx";
import type { Counters } from "../metrics/figures.ts";
import { type AlertRow, type Jobs, type Rollup, WINDOW_NAMES, type Window } from "../metrics/metrics-store.ts";

type View = {
  frame: Frame;
  window: Window;
  windows: Readonly<Record<Window, readonly Rollup[]>>;
  /** Of the window that was asked for. */
  counters: Counters;
  totals: Counters;
  jobs: Jobs;
  alerts: readonly AlertRow[];
  /** Names by the digest of the address. */
  people: ReadonlyMap<string, string>;
};

/** The job may be late by this much before the page says so; an alert has its own setting. */
const LATE_MINUTES = 5;

export function MetricsView({ frame, window, windows, counters, totals, jobs, alerts, people }: View) {
  const { measured, runs } = jobs;
  const { now } = frame;
  return (
    <Layout frame={frame} title="Metrics">
      <div class="page-head">
        <h1>Metrics</h1>
        <a class="button" href="/metrics.txt">
          OpenMetrics
        </a>
      </div>
      <Measured jobs={jobs} now={now} alerts={alerts.length} />
      <AlertList frame={frame} alerts={alerts} />
      <nav class="filter filter-wide" aria-label="Window">
        {Object.entries(WINDOW_NAMES).map(([each, name]) => (
          <a href={`/metrics?window=${each}`} {...(each === window ? { "aria-current": "true" as const } : {})}>
            {name}
          </a>
        ))}
      </nav>
      <div id="charts" data-window={window}>
        <Part id="service" title="Service level" chart="signals">
          <ServiceFigures windows={windows} measured={measured} />
        </Part>
        <Part id="signals" title="Signals">
          <FateFigures counters={counters} totals={totals} measured={measured} />
        </Part>
        <Part id="times" title="Times" chart="times">
          <TimeFigures counters={counters} />
        </Part>
        <Part id="queues" title="Queues" chart="queues">
          <QueueFigures measured={measured} now={now} />
        </Part>
        <Part id="systems" title="Outside systems" chart="calls">
          <SystemFigures counters={counters} measured={measured} />
        </Part>
        <Part id="approvals" title="Approvals" chart="approvals">
          <PeopleFigures counters={counters} measured={measured} people={people} />
        </Part>
        <Part id="model" title="Decisions">
          <ModelFigures counters={counters} measured={measured} />
        </Part>
        <Part id="cost" title="Cost of a signal">
          <CostFigures counters={counters} />
          <p class="quiet">
            Each Worker counts what it uses as it happens; prices are Cloudflare’s for Workers Paid, without what the
            plan includes. CPU time and storage can’t be counted from within; the bench “cost” has them.
          </p>
        </Part>
        <Part id="jobs" title="Jobs">
          <JobFigures runs={runs} now={now} />
        </Part>
      </div>
    </Layout>
  );
}

type PartProps = { id: string; title: string; chart?: string; children: Child };

function Part({ id, title, chart, children }: PartProps) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id} class="section-title">
        {title}
      </h2>
      {chart !== undefined && <div class="chart" data-chart={chart} />}
      <div class="figures-grid">{children}</div>
    </section>
  );
}

/** How things are in one line, and whether that can be relied on. */
function Measured({ jobs, now, alerts }: { jobs: Jobs; now: number; alerts: number }) {
  const run = jobs.runs.find(({ job }) => job === "minute");
  if (run === undefined) return <p class="quiet">The job of every minute has not run yet.</p>;
  const isLate = now - Date.parse(run.ran_at) > lateAfterMinutes("minute", LATE_MINUTES) * 60_000;
  if (isLate)
    return (
      <p class="notice notice-bad" role="alert">
        Nothing was measured since <Relative at={run.ran_at} now={now} />: the job of every minute did not run. What
        stands here is of then, and no alert is raised. Look at the cron events of the ledger.
      </p>
    );
  return (
    <p class="lead">
      {alerts === 0 ? "Nothing is wrong. " : ""}
      <span class="quiet">
        Measured <Relative at={run.ran_at} now={now} />
        {run.outcome === "ok" ? "" : `: ${run.outcome}`}.
      </span>
    </p>
  );
}
