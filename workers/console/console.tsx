// The console: what became of the signals, for whoever looks into it: trails, dead letters, raw bodies.
import type { Hono } from "hono";
import type { SiteEnv } from "#web/deps.ts";
import { overseersOnly } from "#web/pages/overseers-only.tsx";
import { createSite } from "#web/site.tsx";
import { deadLettersApi } from "./api/dead-letters.ts";
import { erasuresApi } from "./api/erasures.ts";
import { healthApi } from "./api/health.ts";
import { alertsApi, metricsApi } from "./api/metrics.ts";
import { rawApi } from "./api/raw.ts";
import { signalsApi } from "./api/signals.ts";
import { trailApi } from "./api/trail.ts";
import type { ConsoleDeps } from "./deps.ts";
import { deadLettersPage } from "./pages/dead-letters.tsx";
import { erasuresPage } from "./pages/erasures.tsx";
import { metricsPage, metricsText } from "./pages/metrics.tsx";
import { signalTrailPage } from "./pages/signal-trail.tsx";
import { signalsPages } from "./pages/signals.tsx";

export function createConsole(deps: ConsoleDeps): Hono<SiteEnv> {
  return createSite(deps, {
    inside(app) {
      app.use("/dead-letters/*", overseersOnly);
      app.use("/api/dead-letters/*", overseersOnly);
      app.route("/api/signals", signalsApi(deps));
      app.route("/api/dead-letters", deadLettersApi(deps));
      app.route("/api/metrics", metricsApi(deps));
      app.route("/api/alerts", alertsApi(deps));
      app.route("/api/health", healthApi(deps));
      app.route("/api/raw", rawApi(deps));
      app.route("/api/trail", trailApi(deps));
      app.route("/api/erasures", erasuresApi(deps));

      app.route("/signals", signalsPages(deps));
      app.route("/signals", signalTrailPage(deps));
      app.route("/dead-letters", deadLettersPage(deps));
      app.route("/erasures", erasuresPage(deps));
      app.route("/metrics", metricsPage(deps));
      app.route("/metrics.txt", metricsText(deps));
    },
  });
}
