// The ledger's hand on D1: whole batches in one implicit transaction, one statement per table over json_each(?1).
// Rule: all of a batch or none of it; the caller says what happens when it is none.
import * as z from "zod";
import { CHAIN_START, KeptStep } from "#contract/kept-step.ts";
import type { signals } from "#contract/tables.ts";
import type { PutAside } from "./aside.ts";
import { jsonArrays } from "./json-arrays.ts";
import type { LetterRow } from "./letter-rows.ts";
import type { IssueRow } from "./letters/issue-rows.ts";
import type { Head, LinkRow, SignalRow } from "./merge.ts";
import type { RollupRow } from "./metrics/rollup-rows.ts";
import { HEAD, INDEX_LINKS, SIGNALS_BY_ID, STATEMENTS, type Statement } from "./statements.ts";
import type { ApprovalRow } from "./told-steps.ts";

export type Batch = {
  links: readonly LinkRow[];
  signals: readonly SignalRow[];
  approvals: readonly ApprovalRow[];
  letters: readonly LetterRow[];
  issues: readonly IssueRow[];
  rollups: readonly RollupRow[];
};

export type ToldLetter = Pick<LetterRow, "told_by" | "failed_at">;

export type Store = {
  /** Keeps data of a step that does not fit into its row. */
  putAside: PutAside;
  /** What is kept of these signals, and where the chain ends. */
  read(signalIds: readonly string[]): Promise<{ kept: ReadonlyMap<string, SignalRow>; head: Head }>;
  /** Writes all of the batch or none; rejects with D1's error, also when another ledger wrote after `read`. */
  write(batch: Partial<Batch>): Promise<{ rowsWritten: number }>;
  /** Of these terms those of people who were erased, and until when what was received is of before. */
  erasedUntil(terms: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Of those of these letters that are kept, what was heard last. */
  keptLetters(letterIds: readonly string[]): Promise<ReadonlyMap<string, ToldLetter>>;
};

export type StoredSignal = typeof signals.$inferSelect;

const Trail = z.array(KeptStep);
const Ids = z.array(z.string());

/**
 * A row as D1 or R2 has it. A trail that somebody made unreadable by hand counts as empty, so that it holds up no batch;
 * the chain does not forget the steps that were in it.
 */
export function signalRow(row: StoredSignal): SignalRow {
  return { ...row, actions: read(Ids, row.actions), trail: read(Trail, row.trail) };
}

function read<Item>(schema: z.ZodType<Item[]>, text: string): Item[] {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return [];
  }
}

export function storedSignal(row: SignalRow): StoredSignal {
  return { ...row, actions: JSON.stringify(row.actions), trail: JSON.stringify(row.trail) };
}

export function createStore(db: D1Database, putAside: PutAside): Store {
  const statementsFor = <Row>({ sql, columns }: Statement<Row>, rows: readonly Row[]) =>
    jsonArrays(rows, columns).map((json) => db.prepare(sql).bind(json));

  return {
    putAside,

    async read(signalIds) {
      // The head first: whoever writes after it was read makes this batch's link a number that is taken.
      const head = await db.prepare(HEAD).first<Head>();
      const rows = await db.prepare(SIGNALS_BY_ID).bind(JSON.stringify(signalIds)).all<StoredSignal>();
      const kept = new Map(rows.results.map((row) => [row.signal_id, signalRow(row)]));
      return { kept, head: head ?? { seq: 0, digest: CHAIN_START } };
    },

    async write({ links = [], signals: rows = [], approvals = [], letters = [], issues = [], rollups = [] }) {
      const stored = links.map((link) => ({
        ...link,
        signals: JSON.stringify(link.signals),
        marks: JSON.stringify(link.marks),
      }));
      const statements = [
        ...statementsFor(STATEMENTS.links, stored),
        ...(links.length > 0 ? [db.prepare(INDEX_LINKS).bind(JSON.stringify(links.map(({ seq }) => seq)))] : []),
        ...statementsFor(STATEMENTS.signals, rows.map(storedSignal)),
        ...statementsFor(STATEMENTS.approvals, approvals),
        ...statementsFor(STATEMENTS.letters, letters),
        ...statementsFor(STATEMENTS.issues, issues),
        ...statementsFor(STATEMENTS.rollups, rollups),
      ];
      if (statements.length === 0) return { rowsWritten: 0 };
      const results = await db.batch(statements);
      return { rowsWritten: results.reduce((sum, { meta }) => sum + meta.rows_written, 0) };
    },

    async erasedUntil(terms) {
      const found = await db
        .prepare("SELECT term, until FROM erased_names WHERE term IN (SELECT value FROM json_each(?1))")
        .bind(JSON.stringify(terms))
        .all<{ term: string; until: string }>();
      return new Map(found.results.map(({ term, until }) => [term, until]));
    },

    async keptLetters(letterIds) {
      const kept = await db
        .prepare(
          "SELECT letter_id, told_by, failed_at FROM dead_letters WHERE letter_id IN (SELECT value FROM json_each(?1))",
        )
        .bind(JSON.stringify(letterIds))
        .all<ToldLetter & { letter_id: string }>();
      return new Map(kept.results.map((row) => [row.letter_id, row]));
    },
  };
}
