// The counters and what the job of every minute measured, as the ledger keeps them. Rule: the window decides the grain, so
// that no page reads more than a few hundred rows.
import * as z from "zod";
import { nameTerm } from "#contract/search-terms.ts";
import type { Sql } from "#web/row-reader.ts";

/** How far back, in which steps, and how much of an Instant names a row. */
export const WINDOWS = {
  hour: { grain: "minute", length: 16, ms: 3_600_000 },
  day: { grain: "hour", length: 13, ms: 86_400_000 },
  month: { grain: "day", length: 10, ms: 30 * 86_400_000 },
} as const;
export type Window = keyof typeof WINDOWS;

export const WINDOW_NAMES = { hour: "An hour", day: "A day", month: "30 days" } as const satisfies Record<
  Window,
  string
>;

export function isWindow(text: string): text is Window {
  return Object.hasOwn(WINDOWS, text);
}

const gaugesWhere = (condition: string) =>
  `SELECT at, counters FROM rollups WHERE grain = 'gauges' AND at >= ? AND ${condition} ORDER BY at`;
/** Each minute, each ten minutes, each six hours. */
const GAUGES: Readonly<Record<Window, string>> = {
  hour: gaugesWhere("true"),
  day: gaugesWhere("at LIKE '%0'"),
  month: gaugesWhere("substr(at, 12) IN ('00:00', '06:00', '12:00', '18:00')"),
};

const PersonRow = z.object({ email: z.string(), name: z.string() });
const CountersJson = z.string().transform((text) => z.record(z.string(), z.number()).parse(JSON.parse(text)));
const RollupRow = z.object({ at: z.string(), counters: CountersJson });
export type Rollup = z.infer<typeof RollupRow>;

const Measured = z.object({
  queues: z.array(z.object({ queue: z.string(), messages: z.number(), oldest_at: z.string().nullable() })).nullable(),
  overdue: z.number(),
  waiting: z.number(),
  letters_open: z.number(),
  stuck: z.array(z.string()),
  /** The share of signals that should meet their fifteen minutes. */
  objective: z.number(),
  upstreams: z.array(
    z.object({
      system: z.string(),
      breaker: z.object({ state: z.string(), since: z.string().nullable() }),
      credentials: z.object({ state: z.string() }),
    }),
  ),
  budget: z.object({ spent_micro_usd: z.number(), limit_micro_usd: z.number(), calls: z.number() }).nullable(),
  conservation: z.object({ difference: z.number() }),
});
export type Measured = z.infer<typeof Measured>;

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

const JobRow = z.object({ job: z.string(), ran_at: z.string(), outcome: z.string(), measured: z.string() });
export type JobRun = Omit<z.infer<typeof JobRow>, "measured">;
/** `measured` is null before the first run of the job that measures. */
export type Jobs = { runs: readonly JobRun[]; measured: Measured | null };

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
    async jobs(): Promise<Jobs> {
      const rows = z.array(JobRow).parse(await sql("SELECT * FROM jobs ORDER BY job", []));
      const minute = rows.find(({ job }) => job === "minute");
      const measured = Measured.safeParse(JSON.parse(minute?.measured ?? "null"));
      const runs = rows.map(({ measured: _measured, ...run }) => run);
      return { runs, measured: measured.success ? measured.data : null };
    },
    /** How depths and the like stood over the window, oldest first, a few dozen times. */
    async gauges(window: Window, now: number): Promise<Rollup[]> {
      const from = new Date(now - WINDOWS[window].ms).toISOString().slice(0, 16);
      return z.array(RollupRow).parse(await sql(GAUGES[window], [from]));
    },
    /** The people whose decisions are counted, by the digest under which they are. */
    async people(): Promise<ReadonlyMap<string, string>> {
      const rows = z.array(PersonRow).parse(await sql("SELECT email, name FROM people LIMIT 1000", []));
      return new Map(
        await Promise.all(rows.map(async ({ email, name }) => [await nameTerm("rep", email), name] as const)),
      );
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
