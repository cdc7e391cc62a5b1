// Deletes what has had its time: activity after 60 days, mentions and intent after 90. Rule: bounded. A night deletes so
// many rows of a table and no more, and what is left over goes the next night. Aliases stay: a merge is true for ever.
import { DELETE_ACTIVITY, RECENT_DAYS } from "../activity.ts";
import { INTENT_DAYS } from "../intent-score.ts";
import { DELETE_INTENT } from "../intent-signals.ts";
import { DELETE_MENTIONS, MENTION_DAYS } from "../mentions.ts";

const DAY_MS = 86_400_000;
/** A report says nothing after 30 days, but the one that it is compared with may be as old again. */
const KEPT_INTENT_DAYS = 90;
/** One statement is a transaction; a longer one would keep the writers waiting. */
const ROWS_A_STATEMENT = 5_000;
const STATEMENTS_A_NIGHT = 40;

const TABLES = [
  { table: "activity", sql: DELETE_ACTIVITY, days: RECENT_DAYS + INTENT_DAYS },
  { table: "mentions", sql: DELETE_MENTIONS, days: MENTION_DAYS },
  { table: "intent", sql: DELETE_INTENT, days: KEPT_INTENT_DAYS },
] as const;

/** Deletes the rows older than ?1, at most ?2, and answers how many. */
export type DeleteRows = (sql: string, before: string, limit: number) => Promise<number>;

/** How many rows of each table went; rejects with D1's error, and the next night tries again. */
export async function forget(deleteRows: DeleteRows, nowMs: number): Promise<Record<string, number>> {
  const deleted: Record<string, number> = {};
  for (const { table, sql, days } of TABLES) {
    const before = new Date(nowMs - days * DAY_MS).toISOString();
    let rows = 0;
    for (let statement = 0; statement < STATEMENTS_A_NIGHT; statement += 1) {
      const gone = await deleteRows(sql, before, ROWS_A_STATEMENT);
      rows += gone;
      if (gone < ROWS_A_STATEMENT) break;
    }
    deleted[table] = rows;
  }
  return deleted;
}

export function deleteFrom(db: D1Database): DeleteRows {
  return async (sql, before, limit) => (await db.prepare(sql).bind(before, limit).run()).meta.changes;
}
