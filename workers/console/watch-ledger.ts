// Tells that the job of every minute of the ledger did not run, which is what would have told. Rule: as the ledger tells it:
// once, kept before it is told, and not while it is muted; that it is over the ledger tells itself, when it runs again.
import * as z from "zod";
import type { AlertSettings } from "#contract/alert-settings.ts";
import { ALERT_KINDS } from "#contract/alerts.ts";
import { JOBS, lateAfterMinutes } from "#contract/jobs.ts";
import { alertPlan } from "#runtime/alert-plan.ts";
import type { Log } from "#runtime/log.ts";
import type { EnvelopePorts, Publish } from "#runtime/publish.ts";
import type { Sql } from "#web/row-reader.ts";
import { AlertRow } from "./metrics/metrics-store.ts";

export type WatchDeps = EnvelopePorts & { sql: Sql; publish: Publish; log: Log };

const ALERT = "job:minute";
const EXPECT = "INSERT OR IGNORE INTO jobs VALUES ('minute', ?, 'ok', 'null')";
const RAN_AT = "SELECT ran_at FROM jobs WHERE job = 'minute'";
const KEPT = "SELECT * FROM alerts WHERE alert = ?";
const KEEP = `INSERT INTO alerts (alert, state, summary, link, since) VALUES (?1, ?2, ?3, ?4, ?5)
  ON CONFLICT (alert) DO UPDATE SET state = ?2, summary = ?3, link = ?4, since = ?5`;

const Ran = z.object({ ran_at: z.string() });

/** `origin` is where people reach dealwire. True when it told. */
export async function watchLedger(settings: AlertSettings, origin: string, deps: WatchDeps): Promise<boolean> {
  const { sql, now, publish, log } = deps;
  const at = new Date(now()).toISOString();
  await sql(EXPECT, [at]);
  const { ran_at } = Ran.parse((await sql(RAN_AT, []))[0]);
  if (now() - Date.parse(ran_at) <= lateAfterMinutes("minute", settings.late_job_minutes) * 60_000) return false;
  const kept = z.array(AlertRow).parse(await sql(KEPT, [ALERT]))[0];
  if (kept?.state === "firing") return false;

  const { worker, does } = JOBS.minute;
  const begun: AlertRow = {
    alert: ALERT,
    state: "firing_untold",
    summary: `The job minute of ${worker}, which ${does}, did not run since ${ran_at}.`,
    link: ALERT_KINDS.job.page,
    since: at,
    muted_until: kept?.muted_until ?? null,
    muted_by: kept?.muted_by ?? null,
  };
  const row = kept?.state === "firing_untold" ? kept : begun;
  const keep = (state: string) => sql(KEEP, [row.alert, state, row.summary, row.link, row.since]);
  if (row !== kept) await keep(row.state);
  if (row.muted_until !== null && row.muted_until > at) return false;
  const { plan, opening } = await alertPlan(row, settings, origin, deps);
  await publish("audit", [opening]);
  await publish("plans", [plan]);
  await keep("firing");
  log("warn", "alert_told", { alert: row.alert, state: "firing" });
  return true;
}
