// The desk: what reps decide on, as pages and as an API. The shell around it (who gets in, headers, assets) is web/site.tsx.
import type { Hono } from "hono";
import type { SiteEnv } from "#web/deps.ts";
import { createSite } from "#web/site.tsx";
import { approvalsApi } from "./api/approvals.ts";
import { controlsApi } from "./api/controls.ts";
import { linkApi } from "./api/link.ts";
import { peopleApi } from "./api/people.ts";
import type { DeskDeps } from "./deps.ts";
import { approvalEdit } from "./pages/approval-edit.tsx";
import { approvalsPages } from "./pages/approvals.tsx";
import { bulkPage } from "./pages/bulk.tsx";
import { decisionPages } from "./pages/decisions.tsx";
import { linkPages } from "./pages/link.tsx";
import { liveRoute } from "./pages/live.ts";
import { peoplePages } from "./pages/people.tsx";
import { settingsPages } from "./pages/settings.tsx";
import { signInPages } from "./pages/sign-in.tsx";

export function createDesk(deps: DeskDeps): Hono<SiteEnv> {
  return createSite(deps, {
    outside(app) {
      app.post("/slack/interactions", (c) => deps.slack(c.req.raw));
      if (deps.settings.AUTH_MODE.trim() === "local") app.route("/", signInPages(deps));
      app.route("/link", linkPages(deps));
    },
    inside(app) {
      app.get("/api/openapi.json", (c) => c.body(deps.openApi, 200, { "content-type": "application/json" }));
      app.route("/api/approvals", approvalsApi(deps));
      app.route("/api/approvals", linkApi(deps));
      app.route("/api/people", peopleApi(deps));
      app.route("/api/controls", controlsApi(deps));

      app.get("/", (c) => c.redirect("/approvals", 303));
      app.route("/live", liveRoute(deps));
      app.route("/approvals", bulkPage(deps));
      app.route("/approvals", approvalsPages(deps));
      app.route("/approvals", decisionPages(deps));
      app.route("/approvals", approvalEdit(deps));
      app.route("/people", peoplePages(deps));
      app.route("/settings", settingsPages(deps));
    },
  });
}
