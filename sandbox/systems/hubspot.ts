// The HubSpot stand-in: the CRM of one account, in the dated API family and in v3/v4. It checks the token, the limits,
// required fields, options and association ids as HubSpot does, and answers with HubSpot's own bodies.
// Rule: only 2026-09 of the dated versions exists here, so a client that pins another one finds out.
import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { associationsApi } from "./hubspot/associations-api.ts";
import { batchApi } from "./hubspot/batch-api.ts";
import { objectsApi } from "./hubspot/objects-api.ts";
import { ownersApi } from "./hubspot/owners-api.ts";
import { crm } from "./hubspot/records.ts";
import { refusalResponse, UNAUTHORIZED } from "./hubspot/refusal.ts";
import { sequencesApi } from "./hubspot/sequences-api.ts";

/** A private app of a Professional account: 190 requests in any 10 seconds; the settings say how many a day. */
const TEN_SECONDLY = { max: 190, windowMs: 10_000 };
const DAY_MS = 86_400_000;

/** The API as HubSpot serves it, without an origin: `/crm/objects/2026-09/deals/{id}`, … */
export function hubspot(deps: Deps): Hono {
  const app = new Hono();
  let [day, served] = [0, 0];
  app.use(async (c, next) => {
    if (c.req.header("authorization") !== `Bearer ${deps.secrets.hubspotAccessToken}`)
      return refusalResponse(UNAUTHORIZED, deps.newId());
    const today = Math.floor(deps.clock() / DAY_MS);
    if (today !== day) [day, served] = [today, 0];
    const { daily_limit: daily } = crm(deps).settings();
    served += 1;
    const { allowed, remaining } = deps.limiter.admit("hubspot", TEN_SECONDLY, deps.clock());
    if (served > daily)
      c.res = refusalResponse(
        { status: 429, message: "You have reached your daily limit.", policyName: "DAILY" },
        deps.newId(),
      );
    else if (allowed) await next();
    else
      c.res = refusalResponse(
        {
          status: 429,
          message: "You have reached your ten_secondly_rolling limit.",
          policyName: "TEN_SECONDLY_ROLLING",
        },
        deps.newId(),
      );
    if (!c.req.path.endsWith("/search")) {
      c.header("X-HubSpot-RateLimit-Daily", String(daily));
      c.header("X-HubSpot-RateLimit-Daily-Remaining", String(Math.max(0, daily - served)));
      c.header("X-HubSpot-RateLimit-Interval-Milliseconds", String(TEN_SECONDLY.windowMs));
      c.header("X-HubSpot-RateLimit-Max", String(TEN_SECONDLY.max));
      c.header("X-HubSpot-RateLimit-Remaining", String(remaining));
    }
    return undefined;
  });
  for (const objects of ["/crm/objects/2026-09", "/crm/v3/objects"]) {
    batchApi(app, objects, deps);
    objectsApi(app, objects, deps);
  }
  for (const owners of ["/crm/owners/2026-09", "/crm/v3/owners"]) ownersApi(app, owners, deps);
  for (const sequences of ["/automation/sequences/2026-09", "/automation/v4/sequences"])
    sequencesApi(app, sequences, deps);
  associationsApi(
    app,
    { objects: "/crm/objects/2026-09", associations: "/crm/associations/2026-09", dated: true },
    deps,
  );
  associationsApi(app, { objects: "/crm/v4/objects", associations: "/crm/v4/associations", dated: false }, deps);
  app.notFound((c) =>
    refusalResponse(
      { status: 404, message: `No such endpoint: ${c.req.method} ${c.req.path}. Check the path and its API version.` },
      deps.newId(),
    ),
  );
  return app;
}
