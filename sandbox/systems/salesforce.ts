// The Salesforce stand-in: one org with its REST API and its token endpoint. It checks the session, the daily limit,
// fields, picklists, lookups and validation rules as Salesforce does, and answers with Salesforce's own bodies.
// Rule: nothing but the token endpoint is open without a session, and every answer says how much of the day is used.
import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { collectionsApi } from "./salesforce/collections-api.ts";
import { compositeApi } from "./salesforce/composite-api.ts";
import { oauthApi } from "./salesforce/oauth-api.ts";
import { queryApi } from "./salesforce/query-api.ts";
import { INVALID_SESSION, LIMIT_EXCEEDED, NOT_FOUND, refusalResponse } from "./salesforce/refusal.ts";
import { OrgSettings } from "./salesforce/seed-record.ts";
import { bearer, orgOfSession, sessions } from "./salesforce/sessions.ts";
import { sobjectsApi } from "./salesforce/sobjects-api.ts";

const BASE = "/services/data/:version{v(?:5[89]|6[0-7])\\.0}";
const DAY_MS = 86_400_000;

/** The API as Salesforce serves it, without an origin: `/services/data/v66.0/query`, … */
export function salesforce(deps: Deps): Hono {
  const app = new Hono();
  let [day, used] = [0, 0];
  oauthApi(app, deps);
  app.use("/services/data/*", async (c, next) => {
    if (sessions(deps).use(bearer(c.req.header("authorization"))) === null) return refusalResponse(INVALID_SESSION);
    const today = Math.floor(deps.clock() / DAY_MS);
    if (today !== day) [day, used] = [today, 0];
    const { daily_limit: max } = OrgSettings.parse(deps.store.get("salesforce", "settings", "org") ?? { id: "org" });
    used += 1;
    if (used > max) c.res = refusalResponse(LIMIT_EXCEEDED);
    else await next();
    c.header("Sforce-Limit-Info", `api-usage=${Math.min(used, max)}/${max}`);
    return undefined;
  });
  app.get(`${BASE}/limits`, () => {
    const { daily_limit: max } = OrgSettings.parse(deps.store.get("salesforce", "settings", "org") ?? { id: "org" });
    return Response.json({ DailyApiRequests: { Max: max, Remaining: Math.max(0, max - used) } });
  });
  compositeApi(app, BASE, resources, deps);
  app.route("/", resources(deps));
  app.notFound(() => refusalResponse(NOT_FOUND));
  return app;
}

/** What a composite may send its parts to. */
function resources(deps: Deps): Hono {
  const app = new Hono();
  const orgOf = orgOfSession(deps);
  queryApi(app, BASE, orgOf, deps);
  sobjectsApi(app, BASE, orgOf);
  collectionsApi(app, BASE, orgOf, deps);
  app.notFound(() => refusalResponse(NOT_FOUND));
  return app;
}
