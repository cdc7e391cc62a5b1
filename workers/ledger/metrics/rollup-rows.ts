// Counters as rows: what a batch counted is added to its minute, its hour, its day and the total. Rule: four rows a batch,
// whatever it holds, because rows written are the main cost; there is no counter for each signal anywhere.
import type { rollups } from "#contract/tables.ts";
import type { Counters } from "./count-steps.ts";

export type RollupRow = typeof rollups.$inferSelect;

const GRAINS = { minute: 16, hour: 13, day: 10, total: 0 } as const;

/** `at` is an Instant; a row is named by as much of it as its grain has: `2026-11-21T08:05`, `2026-11-21`, nothing. */
export function rollupRows(counters: Counters, at: string): RollupRow[] {
  if (counters.size === 0) return [];
  const text = JSON.stringify(Object.fromEntries(counters));
  return Object.entries(GRAINS).map(([grain, length]) => ({ grain, at: at.slice(0, length), counters: text }));
}

const COLUMNS = ["grain", "at", "counters"] as const;

/** Adds up in SQL, so that two ledgers can't overwrite each other's counts. */
export const ROLLUP_STATEMENT = {
  columns: COLUMNS,
  sql: `INSERT INTO rollups (grain, at, counters) SELECT value->>'grain', value->>'at', value->>'counters'
    FROM json_each(?1) WHERE true
    ON CONFLICT (grain, at) DO UPDATE SET counters = (SELECT json_group_object(series, total) FROM
      (SELECT series, sum(counted) AS total FROM
        (SELECT key AS series, value AS counted FROM json_each(rollups.counters)
         UNION ALL SELECT key, value FROM json_each(excluded.counters)) GROUP BY series))`,
};

/** What was measured at a minute, as it stood; once more in the same minute takes its place. */
export function gaugeRow(db: D1Database, gauges: Counters, at: string): D1PreparedStatement {
  const counters = JSON.stringify(Object.fromEntries(gauges));
  return db.prepare("INSERT OR REPLACE INTO rollups VALUES ('gauges', ?1, ?2)").bind(at.slice(0, 16), counters);
}
