// The tables of one Deal object and the few statements on them. Rule: rows written are what costs money, so a record
// is one JSON row in a table without rowid, and a command writes its changed records and one outbox row, no more.
import { type ActionRecord, recordFrom } from "./action-record.ts";
import { type DealState, EMPTY_DEAL, type Horizon } from "./deal-state.ts";
import type { OutboxRow } from "./outbox.ts";
import type { Publication } from "./publications.ts";

/** Append-only; each entry runs once per object. SQLite's user_version is not supported on the platform. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE actions (action_id TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE horizon (id INTEGER PRIMARY KEY CHECK (id = 1), horizon TEXT NOT NULL);
   CREATE TABLE outbox (seq INTEGER PRIMARY KEY, publications TEXT NOT NULL);`,
];

export function migrate(sql: SqlStorage): void {
  sql.exec("CREATE TABLE IF NOT EXISTS _migrations (id INTEGER PRIMARY KEY)");
  const { done } = sql.exec<{ done: number }>("SELECT coalesce(max(id), 0) AS done FROM _migrations").one();
  for (const [index, statements] of MIGRATIONS.entries()) {
    if (index < done) continue;
    sql.exec(statements);
    sql.exec("INSERT INTO _migrations (id) VALUES (?)", index + 1);
  }
}

/** Brings the tables up to date and reads everything. An object that was never written to stays without tables. */
export function openDeal(sql: SqlStorage): DealState {
  if (sql.exec("SELECT name FROM sqlite_master WHERE name = '_migrations'").toArray().length === 0) return EMPTY_DEAL;
  migrate(sql);
  const records = new Map<string, ActionRecord>();
  for (const row of sql.exec<{ action_id: string; record: string }>("SELECT action_id, record FROM actions")) {
    records.set(row.action_id, recordFrom(row.record));
  }
  const [row] = sql.exec<{ horizon: string }>("SELECT horizon FROM horizon").toArray();
  const horizon: Horizon | null = row === undefined ? null : JSON.parse(row.horizon);
  return { records, horizon };
}

export function writeRecord(sql: SqlStorage, record: ActionRecord): void {
  const text = JSON.stringify(record);
  const statement =
    "INSERT INTO actions (action_id, record) VALUES (?1, ?2) ON CONFLICT (action_id) DO UPDATE SET record = ?2";
  sql.exec(statement, record.snapshot.action.action_id, text);
}

export function forgetRecord(sql: SqlStorage, actionId: string): void {
  sql.exec("DELETE FROM actions WHERE action_id = ?", actionId);
}

export function writeHorizon(sql: SqlStorage, horizon: Horizon): void {
  const statement = "INSERT INTO horizon (id, horizon) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET horizon = ?1";
  sql.exec(statement, JSON.stringify(horizon));
}

export function appendOutbox(sql: SqlStorage, publications: readonly Publication[]): void {
  if (publications.length > 0) sql.exec("INSERT INTO outbox (publications) VALUES (?)", JSON.stringify(publications));
}

/** The oldest first; at most as many as make a few queue messages. */
export function readOutbox(sql: SqlStorage): OutboxRow[] {
  const rows = sql.exec<{ seq: number; publications: string }>("SELECT * FROM outbox ORDER BY seq LIMIT 100");
  return Array.from(rows, ({ seq, publications }) => ({ seq, publications: JSON.parse(publications) }));
}

export function hasOutbox(sql: SqlStorage): boolean {
  return sql.exec("SELECT seq FROM outbox LIMIT 1").toArray().length > 0;
}

export function forgetOutbox(sql: SqlStorage, seq: number): void {
  sql.exec("DELETE FROM outbox WHERE seq <= ?", seq);
}
