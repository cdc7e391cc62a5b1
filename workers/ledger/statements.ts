// The statements of the ledger, each of which takes any number of rows as one JSON array (?1). Rule: every one is
// idempotent, and writes nothing when it has nothing new to say, because rows written are the main cost.
// `WHERE true` keeps SQLite from reading ON CONFLICT as a join (https://sqlite.org/lang_upsert.html#parsing_ambiguity).
import type { LetterRow } from "./letter-rows.ts";
import type { SignalRow, StepRows } from "./step-rows.ts";

export type LedgerRows = StepRows & { letters: LetterRow[] };

export type Statement<Row> = { sql: string; columns: readonly (keyof Row & string)[] };

/** Stands in for what only `received` knows, in the row of a signal whose other steps came first. */
const UNKNOWN = "unknown";
const PLACEHOLDERS = `'${UNKNOWN}', 'custom', '${UNKNOWN}', '${UNKNOWN}:' || (value->>'signal_id'), 'standard'`;

/** A fate that only `received` gave: of a row that is no placeholder, in progress since its arrival. */
const ONLY_OPENED = `(signals.source <> '${UNKNOWN}' AND signals.fate = 'in_progress' AND signals.fate_at = signals.received_at)`;

function insert(table: string, columns: readonly string[], verb = "INSERT"): string {
  const values = columns.map((column) => `value->>'${column}'`);
  return `${verb} INTO ${table} (${columns.join(", ")}) SELECT ${values.join(", ")} FROM json_each(?1) WHERE true`;
}

function settledness(table: string): string {
  return `CASE ${table}.fate WHEN 'in_progress' THEN 0 WHEN 'waiting' THEN 1 ELSE 2 END`;
}

function setExcluded(columns: readonly string[]): string {
  return columns.map((column) => `${column} = excluded.${column}`).join(", ");
}

const TRAIL = [
  "signal_id",
  "at",
  "event_id",
  "correlation_id",
  "layer",
  "step",
  "attempt",
  "duration_ms",
  "summary",
  "actor",
  "data",
] as const;

const SUMMARY = [
  "source",
  "signal_type",
  "event",
  "subject",
  "deal_id",
  "account_id",
  "urgency",
  "fired_at",
  "received_at",
] as const satisfies readonly (keyof SignalRow)[];
const SIGNALS = ["signal_id", "correlation_id", ...SUMMARY, "fate", "fate_at"] as const;
const FATES = ["signal_id", "correlation_id", "fate", "fate_at"] as const;

/** What changes in an action's life; naming another column would rewrite its index for nothing. */
const APPROVAL_CHANGES = ["version", "owner_email", "state", "due_at", "updated_at", "snapshot"] as const;
const APPROVALS = ["action_id", "subject", "signal_id", "type", ...APPROVAL_CHANGES] as const;

const LETTERS = [
  "letter_id",
  "queue",
  "stage",
  "code",
  "reason",
  "attempts",
  "signal_id",
  "correlation_id",
  "failed_at",
  "state",
  "event",
] as const;

/** In the order in which they run: a signal's row is opened before its fate is compared. */
export const STATEMENTS: { readonly [Table in keyof LedgerRows]: Statement<LedgerRows[Table][number]> } = {
  trail: { columns: TRAIL, sql: insert("trail", TRAIL, "INSERT OR IGNORE") },
  // A row that a later step opened learns what it is about; any other row stays as it is.
  signals: {
    columns: SIGNALS,
    sql: `${insert("signals", SIGNALS)}
      ON CONFLICT (signal_id) DO UPDATE SET ${setExcluded(SUMMARY)}
      WHERE signals.source = '${UNKNOWN}'`,
  },
  // fired_at and received_at of a placeholder are the step's own time, so that it is listed where it belongs.
  fates: {
    columns: FATES,
    sql: `INSERT INTO signals (${FATES.join(", ")}, source, signal_type, event, subject, urgency, fired_at, received_at)
      SELECT ${FATES.map((column) => `value->>'${column}'`).join(", ")}, ${PLACEHOLDERS}, value->>'fate_at', value->>'fate_at'
      FROM json_each(?1) WHERE true
      ON CONFLICT (signal_id) DO UPDATE SET fate = excluded.fate, fate_at = excluded.fate_at
      WHERE excluded.fate_at > signals.fate_at
        OR (excluded.fate_at = signals.fate_at AND ${settledness("excluded")} > ${settledness("signals")})
        OR (${ONLY_OPENED} AND excluded.fate <> 'in_progress')`,
  },
  approvals: {
    columns: APPROVALS,
    sql: `${insert("approvals", APPROVALS)}
      ON CONFLICT (action_id) DO UPDATE SET ${setExcluded(APPROVAL_CHANGES)}
      WHERE excluded.version > approvals.version`,
  },
  letters: { columns: LETTERS, sql: insert("dead_letters", LETTERS, "INSERT OR IGNORE") },
};
