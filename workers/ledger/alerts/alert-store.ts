// What the job of every minute reads from D1 and keeps there. Rule: each statement walks an index or a small table; nothing
// here grows with the number of signals.
import * as z from "zod";
import type { BudgetStatus } from "#contract/budget.ts";
import { JOBS } from "#contract/jobs.ts";
import type { UpstreamStatus } from "#contract/upstream.ts";
import { jsonArrays } from "../json-arrays.ts";
import { measuredSeries } from "../metrics/measured-series.ts";
import { gaugeRow, ROLLUP_STATEMENT, rollupRows } from "../metrics/rollup-rows.ts";
import type { AlertRow } from "./changes.ts";
import type { MinuteJobDeps } from "./minute-job.ts";
import type { Readings, RollupReading } from "./readings.ts";

/** Poked at most in one run; the others have their turn a minute later. */
const MAX_POKED = 200;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MINUTES_KEPT_MS = 2 * DAY_MS;
const HOURS_KEPT_MS = 90 * DAY_MS;
const LETTERS_KEPT_MS = 30 * DAY_MS;
const ERASED_NAMES_KEPT_MS = 90 * DAY_MS;

const NOTE_RUN = `INSERT INTO jobs VALUES ('minute', ?1, ?2, coalesce(?3, 'null'))
  ON CONFLICT (job) DO UPDATE SET ran_at = ?1, outcome = ?2, measured = coalesce(?3, measured)`;
const EXPECT_JOBS = "INSERT OR IGNORE INTO jobs SELECT value, ?2, 'ok', 'null' FROM json_each(?1)";

const Counters = z.record(z.string(), z.number());
/** What an earlier run left: our own words, or null from before the first. */
const Earlier = z
  .object({
    conservation: z.object({ difference: z.number(), off_since: z.string().nullable() }),
    upstreams: z.array(z.custom<UpstreamStatus>()),
    budget: z.custom<BudgetStatus>().nullable(),
  })
  .nullable()
  .catch(null);
const Stuck = z.array(z.string()).catch([]);

/** What D1 knows of the readings; the rest is measured. */
type Stored = Omit<Readings, "queues" | "upstreams" | "budget" | "overdue">;
type Kept = "overdueSubjects" | "alerts" | "keepAlerts" | "noteRun" | "forgetOld";
export type AlertStore = Pick<MinuteJobDeps, Kept> & { stored(): Promise<Stored> };

export function createAlertStore(db: D1Database, now: () => number): AlertStore {
  const before = (ms: number) => new Date(now() - ms).toISOString();
  const all = async <Row>(sql: string, ...values: string[]) =>
    (
      await db
        .prepare(sql)
        .bind(...values)
        .all<Row>()
    ).results;
  const rollups = async (grain: string, from: string): Promise<RollupReading[]> => {
    const sql = "SELECT at, counters FROM rollups WHERE grain = ? AND at >= ? ORDER BY at";
    const rows = await all<{ at: string; counters: string }>(sql, grain, from);
    return rows.map(({ at, counters }) => ({ at, counters: Counters.parse(JSON.parse(counters)) }));
  };

  const measuredBy = async (job: string): Promise<unknown> => {
    const [row] = await all<{ measured: string }>("SELECT measured FROM jobs WHERE job = ?", job);
    return JSON.parse(row?.measured ?? "null");
  };
  const earlier = async () => Earlier.parse(await measuredBy("minute"));

  return {
    async overdueSubjects(seconds) {
      // The partial index leads by owner; it holds pending actions only, so walking all of it stays small.
      const sql = `SELECT DISTINCT subject FROM approvals WHERE state = 'pending' AND due_at < ? LIMIT ${MAX_POKED}`;
      return (await all<{ subject: string }>(sql, before(seconds * 1_000))).map(({ subject }) => subject);
    },
    alerts: () => all<AlertRow>("SELECT * FROM alerts"),
    async keepAlerts(rows) {
      const sql = `INSERT INTO alerts (alert, state, summary, link, since)
        SELECT value->>'alert', value->>'state', value->>'summary', value->>'link', value->>'since' FROM json_each(?1)
        WHERE true ON CONFLICT (alert) DO UPDATE SET state = excluded.state, summary = excluded.summary,
          link = excluded.link, since = excluded.since`;
      await db.prepare(sql).bind(JSON.stringify(rows)).run();
    },
    async noteRun({ ran_at, outcome, measured }) {
      const note = db.prepare(NOTE_RUN);
      if (measured === null) {
        await note.bind(ran_at, outcome, null).run();
        return;
      }
      const { minutes: _minutes, hours: _hours, ...shown } = measured;
      const { gauges, used } = measuredSeries(measured, await earlier(), Date.parse(ran_at));
      // Together, or what was used would be counted again by the next run.
      await db.batch([
        note.bind(ran_at, outcome, JSON.stringify(shown)),
        gaugeRow(db, gauges, ran_at),
        ...jsonArrays(rollupRows(used, ran_at), ROLLUP_STATEMENT.columns).map((json) =>
          db.prepare(ROLLUP_STATEMENT.sql).bind(json),
        ),
      ]);
    },
    async forgetOld() {
      await db.batch([
        db.prepare("DELETE FROM rollups WHERE grain = 'minute' AND at < ?").bind(before(MINUTES_KEPT_MS)),
        db.prepare("DELETE FROM rollups WHERE grain = 'hour' AND at < ?").bind(before(HOURS_KEPT_MS)),
        // Of the gauges those on the hour stay longer.
        db
          .prepare("DELETE FROM rollups WHERE grain = 'gauges' AND at < ?1 AND (at < ?2 OR at NOT LIKE '%:00')")
          .bind(before(MINUTES_KEPT_MS), before(HOURS_KEPT_MS)),
        db
          .prepare("DELETE FROM dead_letters WHERE state IN ('replayed', 'discarded') AND failed_at < ?")
          .bind(before(LETTERS_KEPT_MS)),
        db.prepare("DELETE FROM erased_names WHERE until < ?").bind(before(ERASED_NAMES_KEPT_MS)),
      ]);
    },
    async stored() {
      const issueSql = `SELECT fingerprint, stage, reason, (SELECT count(*) FROM dead_letters AS l
        WHERE l.fingerprint = i.fingerprint AND l.state = 'open') AS letters
        FROM dead_letter_issues AS i WHERE state = 'open' ORDER BY first_at LIMIT 100`;
      // A job that never ran is late from now on.
      await db
        .prepare(EXPECT_JOBS)
        .bind(JSON.stringify(Object.keys(JOBS)), new Date(now()).toISOString())
        .run();
      const [issues, minutes, hours, totals, jobs, last, stuck, [open], [pending]] = await Promise.all([
        all<Readings["issues"][number]>(issueSql),
        rollups("minute", before(HOUR_MS).slice(0, 16)),
        rollups("hour", before(DAY_MS + 13 * HOUR_MS).slice(0, 13)),
        rollups("total", ""),
        all<Readings["jobs"][number]>("SELECT job, ran_at, outcome FROM jobs"),
        earlier(),
        measuredBy("hourly"),
        all<{ n: number }>("SELECT count(*) AS n FROM dead_letters WHERE state = 'open'"),
        all<{ n: number }>("SELECT count(*) AS n FROM approvals WHERE state = 'pending'"),
      ]);
      const difference = differenceOf(totals[0]?.counters ?? {});
      const since = last?.conservation.off_since ?? null;
      const off_since = difference === 0 ? null : (since ?? new Date(now()).toISOString());
      const counts = { letters_open: open?.n ?? 0, waiting: pending?.n ?? 0, stuck: Stuck.parse(stuck) };
      return { issues: [...issues], minutes, hours, conservation: { difference, off_since }, jobs, ...counts };
    },
  };
}

/** Signals received less the sum of the fates; zero once every step on its way has arrived. */
function differenceOf(counters: Readonly<Record<string, number>>): number {
  const sum = (name: string) =>
    Object.entries(counters).reduce((total, [series, value]) => total + (series.startsWith(name) ? value : 0), 0);
  return sum("signals_received{") - sum("signals{");
}
