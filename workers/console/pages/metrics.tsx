// The metrics for people, for Prometheus, and the switch that mutes an alert. Rule: how things are now is read together
// with when that was measured, because what stands still looks well.
import { Hono } from "hono";
import type { SignedInEnv } from "#web/deps.ts";
import { MessagePage } from "#web/pages/message-page.tsx";
import type { ConsoleDeps } from "../deps.ts";
import { addUp } from "../metrics/figures.ts";
import { type AlertRow, isWindow, type MetricsStore, type Window } from "../metrics/metrics-store.ts";
import { OPEN_METRICS_TYPE, openMetrics } from "../metrics/open-metrics.ts";
import { samplesOf } from "../metrics/samples.ts";
import { MetricsView } from "./metrics-view.tsx";
import { missing } from "./missing.tsx";

const MAX_MUTE_HOURS = 30 * 24;
const isFiring = ({ state }: AlertRow) => state.startsWith("firing");

type Deps = Pick<ConsoleDeps, "metrics" | "now">;

export function metricsText({ metrics, now }: Deps): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();
  pages.get("/", async (c) => {
    const [windows, totals, { runs, measured }, alerts] = await Promise.all([
      windowsOf(metrics, now()),
      metrics.totals(),
      metrics.jobs(),
      metrics.alerts(),
    ]);
    const known = { totals, windows, measured, jobs: runs, alerts: alerts.filter(isFiring), now: now() };
    return c.body(openMetrics(samplesOf(known)), 200, { "content-type": OPEN_METRICS_TYPE });
  });
  return pages;
}

export function metricsPage({ metrics, now }: Deps): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();
  pages.get("/", async (c) => {
    const asked = c.req.query("window") ?? "";
    const window: Window = isWindow(asked) ? asked : "day";
    const [windows, totals, jobs, alerts, people] = await Promise.all([
      windowsOf(metrics, now()),
      metrics.totals(),
      metrics.jobs(),
      metrics.alerts(),
      metrics.people(),
    ]);
    const view = { frame: c.var.frame, window, windows, counters: addUp(windows[window]), totals, jobs, people };
    return c.html(<MetricsView {...view} alerts={alerts.filter(isFiring)} />);
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

async function windowsOf(metrics: MetricsStore, now: number) {
  const [hour, day, month] = await Promise.all([
    metrics.rows("hour", now),
    metrics.rows("day", now),
    metrics.rows("month", now),
  ]);
  return { hour, day, month };
}
