// The desk: what reps decide on, as pages and as an API. The shell around it (who gets in, headers, assets) is web/site.tsx.
import type { Hono } from "hono";
import type { SiteEnv } from "#web/deps.ts";
import { createSite } from "#web/site.tsx";
import { approvalsApi } from "./api/approvals.ts";
import { openApiDocument } from "./api/openapi.ts";
import type { DeskDeps } from "./deps.ts";
import { approvalEdit } from "./pages/approval-edit.tsx";
import { approvalsPages } from "./pages/approvals.tsx";
import { signInPages } from "./pages/sign-in.tsx";

export function createDesk(deps: DeskDeps): Hono<SiteEnv> {
  return createSite(deps, {
    outside(app) {
      if (deps.settings.AUTH_MODE.trim() === "local") app.route("/", signInPages(deps));
    },
    inside(app) {
      app.get("/api/openapi.json", (c) => c.json(openApiDocument()));
      app.route("/api/approvals", approvalsApi(deps));

      app.get("/", (c) => c.redirect("/approvals", 303));
      app.route("/approvals", approvalsPages(deps));
      app.route("/approvals", approvalEdit(deps));
    },
  });
}
