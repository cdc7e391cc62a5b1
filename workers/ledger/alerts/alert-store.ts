// What the job of every minute reads from D1 and keeps there. Rule: each statement walks an index or a small table; nothing
// here grows with the number of signals.
import * as z from "zod";
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

const Counters = z.record(z.string(), z.number());
const Conservation = z.object({
  conservation: z.object({ difference: z.number(), off_since: z.string().nullable() }),
});

export type AlertStore = Pick<MinuteJobDeps, "overdueSubjects" | "alerts" | "keepAlerts" | "noteJob" | "forgetOld"> & {
  stored(): Promise<Pick<Readings, "issues" | "minutes" | "hours" | "conservation" | "jobs">>;
};

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
    async noteJob({ job, ran_at, outcome, measured }) {
      const sql = `INSERT INTO jobs VALUES (?1, ?2, ?3, ?4) ON CONFLICT (job) DO UPDATE SET ran_at = ?2, outcome = ?3,
        measured = ?4`;
      const { minutes: _minutes, hours: _hours, ...shown } = measured ?? { minutes: [], hours: [] };
      await db.prepare(sql).bind(job, ran_at, outcome, JSON.stringify(shown)).run();
    },
    async forgetOld() {
      await db.batch([
        db.prepare("DELETE FROM rollups WHERE grain = 'minute' AND at < ?").bind(before(MINUTES_KEPT_MS)),
        db.prepare("DELETE FROM rollups WHERE grain = 'hour' AND at < ?").bind(before(HOURS_KEPT_MS)),
        db
          .prepare("DELETE FROM dead_letters WHERE state IN ('replayed', 'discarded') AND failed_at < ?")
          .bind(before(LETTERS_KEPT_MS)),
      ]);
    },
    async stored() {
      const issueSql = `SELECT fingerprint, stage, reason, (SELECT count(*) FROM dead_letters AS l
        WHERE l.fingerprint = i.fingerprint AND l.state = 'open') AS letters
        FROM dead_letter_issues AS i WHERE state = 'open' ORDER BY first_at LIMIT 100`;
      const [issues, minutes, hours, totals, jobs, last] = await Promise.all([
        all<Readings["issues"][number]>(issueSql),
        rollups("minute", before(HOUR_MS).slice(0, 16)),
        rollups("hour", before(DAY_MS + 13 * HOUR_MS).slice(0, 13)),
        rollups("total", ""),
        all<Readings["jobs"][number]>("SELECT job, ran_at, outcome FROM jobs"),
        all<{ measured: string }>("SELECT measured FROM jobs WHERE job = 'minute'"),
      ]);
      const difference = differenceOf(totals[0]?.counters ?? {});
      const earlier = Conservation.safeParse(JSON.parse(last[0]?.measured ?? "null"));
      const since = earlier.success ? earlier.data.conservation.off_since : null;
      const off_since = difference === 0 ? null : (since ?? new Date(now()).toISOString());
      return { issues: [...issues], minutes, hours, conservation: { difference, off_since }, jobs };
    },
  };
}

/** Signals received less the sum of the fates; zero once every step on its way has arrived. */
function differenceOf(counters: Readonly<Record<string, number>>): number {
  const sum = (name: string) =>
    Object.entries(counters).reduce((total, [series, value]) => total + (series.startsWith(name) ? value : 0), 0);
  return sum("signals_received{") - sum("signals{");
}
