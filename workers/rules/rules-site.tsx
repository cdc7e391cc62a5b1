// The rules' site: what decides, which versions there were, what another one would have done, and which one counts.
import type { Hono } from "hono";
import schema from "#rules/ruleset.schema.json" with { type: "json" };
import type { SiteEnv } from "#web/deps.ts";
import { overseersOnly } from "#web/pages/overseers-only.tsx";
import { createSite } from "#web/site.tsx";
import { backtestApi } from "./api/backtest.ts";
import { rulesApi } from "./api/rules.ts";
import type { RulesDeps } from "./deps.ts";
import { backtestPage } from "./pages/backtest.tsx";
import { editPages } from "./pages/edit.tsx";
import { rulesPage } from "./pages/rules.tsx";
import { versionPages } from "./pages/version.tsx";

const SCHEMA_SECONDS = 3_600;

export function createRulesSite(deps: RulesDeps): Hono<SiteEnv> {
  return createSite(deps, {
    outside(app) {
      // Editors fetch it without a session; it says nothing about anybody's rules.
      app.get("/rules/schema.json", (c) =>
        c.json(schema, 200, {
          "content-type": "application/schema+json",
          "cache-control": `public, max-age=${SCHEMA_SECONDS}`,
          "access-control-allow-origin": "*",
        }),
      );
    },
    inside(app) {
      // Its examples are other people's deals.
      app.use("/api/rules/backtest", overseersOnly);
      app.use("/rules/:version/backtest", overseersOnly);
      app.route("/api/rules/backtest", backtestApi(deps));
      app.route("/api/rules", rulesApi(deps));

      app.route("/rules", rulesPage(deps));
      app.route("/rules/edit", editPages(deps));
      app.route("/rules", backtestPage(deps));
      app.route("/rules", versionPages(deps));
    },
  });
}
