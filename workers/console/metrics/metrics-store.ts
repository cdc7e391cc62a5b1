// The counters and what the job of every minute measured, as the ledger keeps them. Rule: the window decides the grain, so
// that no page reads more than a few hundred rows.
import * as z from "zod";
import type { Sql } from "#web/row-reader.ts";

/** How far back, in which steps, and how much of an Instant names a row. */
export const WINDOWS = {
  hour: { grain: "minute", length: 16, ms: 3_600_000 },
  day: { grain: "hour", length: 13, ms: 86_400_000 },
  month: { grain: "day", length: 10, ms: 30 * 86_400_000 },
} as const;
export type Window = keyof typeof WINDOWS;

const CountersJson = z.string().transform((text) => z.record(z.string(), z.number()).parse(JSON.parse(text)));
const RollupRow = z.object({ at: z.string(), counters: CountersJson });
export type Rollup = z.infer<typeof RollupRow>;

const Measured = z.object({
  queues: z.array(z.object({ queue: z.string(), messages: z.number(), oldest_at: z.string().nullable() })).nullable(),
  overdue: z.number(),
  upstreams: z.array(
    z.object({
      system: z.string(),
      breaker: z.object({ state: z.string() }),
      credentials: z.object({ state: z.string() }),
      calls: z.object({
        answered: z.number(),
        failed: z.number(),
        deferred: z.number(),
        took_ms: z.number().optional(),
      }),
    }),
  ),
  budget: z.object({ spent_micro_usd: z.number(), limit_micro_usd: z.number(), calls: z.number() }).nullable(),
  conservation: z.object({ difference: z.number() }),
});
type Measured = z.infer<typeof Measured>;

export const AlertRow = z.object({
  alert: z.string(),
  state: z.string(),
  summary: z.string(),
  link: z.string(),
  since: z.string(),
  muted_until: z.string().nullable(),
  muted_by: z.string().nullable(),
});
export type AlertRow = z.infer<typeof AlertRow>;

const JobRow = z.object({ ran_at: z.string(), outcome: z.string(), measured: z.string() });
export type Job = { ran_at: string; outcome: string; measured: Measured | null };

export type MetricsStore = ReturnType<typeof createMetricsStore>;

export function createMetricsStore(sql: Sql) {
  const rollups = async (grain: string, from: string) =>
    z
      .array(RollupRow)
      .parse(await sql("SELECT at, counters FROM rollups WHERE grain = ? AND at >= ? ORDER BY at", [grain, from]));
  return {
    /** Oldest first. `now` in milliseconds. */
    rows(window: Window, now: number): Promise<Rollup[]> {
      const { grain, length, ms } = WINDOWS[window];
      return rollups(grain, new Date(now - ms).toISOString().slice(0, length));
    },
    async totals(): Promise<Readonly<Record<string, number>>> {
      return (await rollups("total", ""))[0]?.counters ?? {};
    },
    /** Null before its first run. */
    async job(): Promise<Job | null> {
      const row = z.array(JobRow).parse(await sql("SELECT * FROM jobs WHERE job = 'minute'", []))[0];
      if (row === undefined) return null;
      const measured = Measured.safeParse(JSON.parse(row.measured));
      return { ...row, measured: measured.success ? measured.data : null };
    },
    /** Firing ones first. */
    async alerts(): Promise<AlertRow[]> {
      return z.array(AlertRow).parse(await sql("SELECT * FROM alerts ORDER BY state, since DESC LIMIT 200", []));
    },
    async mute(alert: string, until: string | null, by: string): Promise<boolean> {
      const rows = await sql(
        "UPDATE alerts SET muted_until = nullif(?, ''), muted_by = ? WHERE alert = ? RETURNING alert",
        [until ?? "", by, alert],
      );
      return rows.length > 0;
    },
  };
}
