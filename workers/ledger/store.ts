// The ledger's hand on D1: whole batches in one implicit transaction, one statement per table over json_each(?1).
// Rule: all of a batch or none of it; the caller says what happens when it is none.
import { jsonArrays } from "./json-arrays.ts";
import { type LedgerRows, STATEMENTS } from "./statements.ts";

export type Store = {
  /** Writes all of the rows or none; rejects with D1's error. */
  write(rows: Partial<LedgerRows>): Promise<{ rowsWritten: number }>;
  keptLetters(letterIds: readonly string[]): Promise<ReadonlySet<string>>;
};

export function createStore(db: D1Database): Store {
  const statementsFor = <Row>(
    { sql, columns }: { sql: string; columns: readonly (keyof Row & string)[] },
    rows: readonly Row[],
  ) => jsonArrays(rows, columns).map((json) => db.prepare(sql).bind(json));

  return {
    async write({ trail = [], signals = [], fates = [], approvals = [], letters = [] }) {
      const statements = [
        ...statementsFor(STATEMENTS.trail, trail),
        ...statementsFor(STATEMENTS.signals, signals),
        ...statementsFor(STATEMENTS.fates, fates),
        ...statementsFor(STATEMENTS.approvals, approvals),
        ...statementsFor(STATEMENTS.letters, letters),
      ];
      if (statements.length === 0) return { rowsWritten: 0 };
      const results = await db.batch(statements);
      return { rowsWritten: results.reduce((sum, { meta }) => sum + meta.rows_written, 0) };
    },

    async keptLetters(letterIds) {
      const kept = await db
        .prepare("SELECT letter_id FROM dead_letters WHERE letter_id IN (SELECT value FROM json_each(?1))")
        .bind(JSON.stringify(letterIds))
        .all<{ letter_id: string }>();
      return new Set(kept.results.map(({ letter_id }) => letter_id));
    },
  };
}
