// The console: what became of the signals, for whoever looks into it: trails, dead letters, raw bodies.
import type { Hono } from "hono";
import type { SiteEnv } from "#web/deps.ts";
import { createSite } from "#web/site.tsx";
import { deadLettersApi } from "./api/dead-letters.ts";
import { rawApi } from "./api/raw.ts";
import { signalsApi } from "./api/signals.ts";
import type { ConsoleDeps } from "./deps.ts";
import { deadLettersPage } from "./pages/dead-letters.tsx";
import { signalTrailPage } from "./pages/signal-trail.tsx";
import { signalsPages } from "./pages/signals.tsx";

export function createConsole(deps: ConsoleDeps): Hono<SiteEnv> {
  return createSite(deps, {
    inside(app) {
      app.route("/api/signals", signalsApi(deps));
      app.route("/api/dead-letters", deadLettersApi(deps));
      app.route("/api/raw", rawApi(deps));

      app.route("/signals", signalsPages(deps));
      app.route("/signals", signalTrailPage(deps));
      app.route("/dead-letters", deadLettersPage(deps));
    },
  });
}
