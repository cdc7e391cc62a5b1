// The metrics API: the counters of a window, what was measured last, and the alerts with their muting.
import { Hono } from "hono";
import * as z from "zod";
import { badQuery, invalidBody, notFoundProblem, notJson, operatorsOnly } from "#web/api/api-problem.ts";
import { fieldErrors } from "#web/api/field-error.ts";
import { MuteBody } from "#web/api/mute-body.ts";
import { parseQuery } from "#web/api/query.ts";
import type { SignedInEnv } from "#web/deps.ts";
import type { ConsoleDeps } from "../deps.ts";
import { addUp, serviceLevel } from "../metrics/figures.ts";

const MetricsQuery = z.object({ window: z.enum(["hour", "day", "month"]).default("day") });

export function metricsApi({ metrics, now }: Pick<ConsoleDeps, "metrics" | "now">): Hono<SignedInEnv> {
  const api = new Hono<SignedInEnv>();
  api.get("/", async (c) => {
    const query = parseQuery(MetricsQuery, c.req.query());
    if (!query.ok) return badQuery(c.var.requestId, query.errors);
    const { window } = query.value;
    const [rows, gauges, totals, { runs, measured }] = await Promise.all([
      metrics.rows(window, now()),
      metrics.gauges(window, now()),
      metrics.totals(),
      metrics.jobs(),
    ]);
    const minute = runs.find(({ job }) => job === "minute");
    const job = minute === undefined ? null : { ...minute, measured };
    const service = serviceLevel(addUp(rows), measured?.objective);
    return c.json({ window, rows, gauges, service, totals, job, jobs: runs });
  });
  return api;
}

export function alertsApi({ metrics }: Pick<ConsoleDeps, "metrics">): Hono<SignedInEnv> {
  const api = new Hono<SignedInEnv>();
  api.get("/", async (c) => c.json({ alerts: await metrics.alerts() }));
  api.post("/mute", async (c) => {
    const { requestId, identity } = c.var;
    if (identity.role !== "operator") return operatorsOnly(requestId);
    const body: unknown = await c.req.json().catch(() => undefined);
    if (body === undefined) return notJson(requestId);
    const parsed = MuteBody.safeParse(body);
    if (!parsed.success) return invalidBody(requestId, fieldErrors(parsed.error));
    if (await metrics.mute(parsed.data.alert, parsed.data.until, identity.email)) return c.json({ muted: parsed.data });
    return notFoundProblem(requestId, "There was never such an alert.");
  });
  return api;
}
