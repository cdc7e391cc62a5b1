// The statements of the ledger, each of which takes any number of rows as one JSON array (?1). Rule: rows written are
// the main cost, so a signal is one row and a batch is one more; a link whose number is taken fails all of its batch,
// which is what keeps two ledgers from writing over each other.
// `WHERE true` keeps SQLite from reading ON CONFLICT as a join (https://sqlite.org/lang_upsert.html#parsing_ambiguity).
import type { links, signals } from "#contract/tables.ts";
import type { LetterRow } from "./letter-rows.ts";
import type { IssueRow } from "./letters/issue-rows.ts";
import { ISSUE_STATEMENT, LETTER_STATEMENT } from "./letters/letter-statements.ts";
import { ROLLUP_STATEMENT, type RollupRow } from "./metrics/rollup-rows.ts";
import type { ApprovalRow } from "./told-steps.ts";

/** As they are bound: lists are JSON text. */
export type LedgerRows = {
  links: (typeof links.$inferSelect)[];
  signals: (typeof signals.$inferSelect)[];
  approvals: ApprovalRow[];
  letters: LetterRow[];
  issues: IssueRow[];
  rollups: RollupRow[];
};

export type Statement<Row> = { sql: string; columns: readonly (keyof Row & string)[] };

function insert(table: string, columns: readonly string[], verb = "INSERT"): string {
  const values = columns.map((column) => `value->>'${column}'`);
  return `${verb} INTO ${table} (${columns.join(", ")}) SELECT ${values.join(", ")} FROM json_each(?1) WHERE true`;
}

function setExcluded(columns: readonly string[]): string {
  return columns.map((column) => `${column} = excluded.${column}`).join(", ");
}

const LINKS = ["seq", "at", "previous", "digest", "signals", "terms", "rolled_to", "marks"] as const;

const SIGNAL_CHANGES = [
  "source",
  "signal_type",
  "event",
  "subject",
  "deal_id",
  "account_id",
  "contact_id",
  "urgency",
  "fired_at",
  "received_at",
  "fate",
  "fate_at",
  "link",
  "actions",
  "terms",
  "trail",
] as const;
const SIGNALS = ["signal_id", "correlation_id", ...SIGNAL_CHANGES] as const;

/** What changes in an action's life; naming another column would rewrite its index for nothing. */
const APPROVAL_CHANGES = ["version", "owner_email", "state", "due_at", "updated_at", "snapshot"] as const;
const APPROVALS = ["action_id", "subject", "signal_id", "type", ...APPROVAL_CHANGES] as const;

/** In the order in which they run: the link first, because it is the one that may be refused. */
export const STATEMENTS: { readonly [Table in keyof LedgerRows]: Statement<LedgerRows[Table][number]> } = {
  links: { columns: LINKS, sql: insert("links", LINKS) },
  signals: {
    columns: SIGNALS,
    sql: `${insert("signals", SIGNALS)} ON CONFLICT (signal_id) DO UPDATE SET ${setExcluded(SIGNAL_CHANGES)}`,
  },
  approvals: {
    columns: APPROVALS,
    sql: `${insert("approvals", APPROVALS)}
      ON CONFLICT (action_id) DO UPDATE SET ${setExcluded(APPROVAL_CHANGES)}
      WHERE excluded.version > approvals.version`,
  },
  letters: LETTER_STATEMENT,
  issues: ISSUE_STATEMENT,
  rollups: ROLLUP_STATEMENT,
};

/** ?1 is a JSON array of numbers of links that were just written. */
export const INDEX_LINKS =
  "INSERT INTO search (rowid, terms) SELECT seq, terms FROM links WHERE seq IN (SELECT value FROM json_each(?1))";
export const HEAD = "SELECT seq, digest FROM links ORDER BY seq DESC LIMIT 1";
export const SIGNALS_BY_ID = "SELECT * FROM signals WHERE signal_id IN (SELECT value FROM json_each(?1))";
