// The tables of the Controls object. Rule: the record of changes is only ever appended to; what people decided is kept
// as long as it can count.
import type { ActionType } from "#contract/action.ts";
import type { ActionOutcome, ControlsChange } from "#contract/controls.ts";
import { type ControlsState, NO_CONTROLS } from "./controls-state.ts";

/** What people decided longer ago says little about today's rules. */
export const OUTCOME_RETENTION_MS = 90 * 86_400_000;

const MAX_HISTORY = 500;

export function createTables(sql: SqlStorage): void {
  sql.exec(`CREATE TABLE IF NOT EXISTS state (id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS history (seq INTEGER PRIMARY KEY, change TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS outcomes (
      type TEXT NOT NULL, at TEXT NOT NULL, outcome_id TEXT NOT NULL, kind TEXT NOT NULL,
      PRIMARY KEY (type, at, outcome_id)) WITHOUT ROWID;`);
}

export function readState(sql: SqlStorage): ControlsState {
  const [row] = sql.exec<{ state: string }>("SELECT state FROM state").toArray();
  return row === undefined ? NO_CONTROLS : JSON.parse(row.state);
}

export function writeState(sql: SqlStorage, state: ControlsState, change: ControlsChange): void {
  const statement = "INSERT INTO state (id, state) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET state = ?1";
  sql.exec(statement, JSON.stringify(state));
  sql.exec("INSERT INTO history (change) VALUES (?)", JSON.stringify(change));
}

export function readHistory(sql: SqlStorage): ControlsChange[] {
  const rows = sql.exec<{ change: string }>("SELECT change FROM history ORDER BY seq DESC LIMIT ?", MAX_HISTORY);
  return Array.from(rows, ({ change }) => JSON.parse(change));
}

/** The same outcome told again has the same time and id, and is the same row. */
export function addOutcome(sql: SqlStorage, { type, at, outcome_id, kind }: ActionOutcome): void {
  sql.exec(
    "INSERT OR IGNORE INTO outcomes (type, at, outcome_id, kind) VALUES (?, ?, ?, ?)",
    type,
    at,
    outcome_id,
    kind,
  );
}

export function forgetOutcomes(sql: SqlStorage, type: ActionType, before: string): void {
  sql.exec("DELETE FROM outcomes WHERE type = ? AND at < ?", type, before);
}

/** Those later than `since`, oldest first. */
export function readOutcomes(sql: SqlStorage, type: ActionType, since: string): ActionOutcome[] {
  const statement = "SELECT type, at, outcome_id, kind FROM outcomes WHERE type = ? AND at > ? ORDER BY at";
  return sql.exec<ActionOutcome>(statement, type, since).toArray();
}
