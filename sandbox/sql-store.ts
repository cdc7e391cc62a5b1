// The store over the SQLite of a Durable Object.
// Rule: two tables, `records` (system, collection, id) -> json and `requests` (seq); nothing is ever read back by
// anything but the stand-ins, so there is no migration: a reset starts over.
import * as z from "zod";
import { MAX_LOGGED_REQUESTS, type RequestEntry, type Store } from "./store.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS records (
    position INTEGER PRIMARY KEY AUTOINCREMENT, system TEXT NOT NULL, collection TEXT NOT NULL, id TEXT NOT NULL,
    json TEXT NOT NULL, created_at TEXT NOT NULL, UNIQUE (system, collection, id));
  CREATE TABLE IF NOT EXISTS requests (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, system TEXT NOT NULL, method TEXT NOT NULL,
    path TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, idempotency_key TEXT, fault TEXT);
  CREATE INDEX IF NOT EXISTS requests_by_system ON requests (system, seq);
`;

const RecordRow = z.object({ id: z.string(), json: z.string(), created_at: z.string() });
const CountRow = z.object({ n: z.number() });
const RequestRow: z.ZodType<RequestEntry> = z.object({
  seq: z.number(),
  at: z.string(),
  system: z.string(),
  method: z.string(),
  path: z.string(),
  status: z.number(),
  body: z.string(),
  idempotency_key: z.string().nullable(),
  fault: z.string().nullable(),
});

/** Creates the tables when they are missing. `clock` gives epoch milliseconds. */
export function sqlStore(sql: SqlStorage, clock: () => number): Store {
  sql.exec(SCHEMA);
  const requestRows = (system: string | null, limit: number) =>
    system === null
      ? sql.exec("SELECT * FROM requests ORDER BY seq DESC LIMIT ?", limit).toArray()
      : sql.exec("SELECT * FROM requests WHERE system = ? ORDER BY seq DESC LIMIT ?", system, limit).toArray();
  return {
    get(system, collection, id) {
      const [row] = sql
        .exec(
          "SELECT id, json, created_at FROM records WHERE system = ? AND collection = ? AND id = ?",
          system,
          collection,
          id,
        )
        .toArray();
      return row === undefined ? undefined : JSON.parse(RecordRow.parse(row).json);
    },
    put(system, collection, id, value) {
      sql.exec(
        `INSERT INTO records (system, collection, id, json, created_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (system, collection, id) DO UPDATE SET json = excluded.json`,
        system,
        collection,
        id,
        JSON.stringify(value),
        new Date(clock()).toISOString(),
      );
    },
    remove(system, collection, id) {
      sql.exec("DELETE FROM records WHERE system = ? AND collection = ? AND id = ?", system, collection, id);
    },
    list(system, collection) {
      return sql
        .exec(
          "SELECT id, json, created_at FROM records WHERE system = ? AND collection = ? ORDER BY position",
          system,
          collection,
        )
        .toArray()
        .map((row) => RecordRow.parse(row))
        .map((row) => ({ id: row.id, value: JSON.parse(row.json), created_at: row.created_at }));
    },
    appendRequest(entry) {
      const [row] = sql
        .exec(
          `INSERT INTO requests (at, system, method, path, status, body, idempotency_key, fault)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq AS n`,
          entry.at,
          entry.system,
          entry.method,
          entry.path,
          entry.status,
          entry.body,
          entry.idempotency_key,
          entry.fault,
        )
        .toArray();
      sql.exec("DELETE FROM requests WHERE seq <= ?", CountRow.parse(row).n - MAX_LOGGED_REQUESTS);
    },
    requests: (system, limit) =>
      requestRows(system, limit)
        .map((row) => RequestRow.parse(row))
        .reverse(),
    countRequests: (system) =>
      CountRow.parse(sql.exec("SELECT COUNT(*) AS n FROM requests WHERE system = ?", system).one()).n,
    clear() {
      sql.exec("DELETE FROM records");
      sql.exec("DELETE FROM requests");
    },
  };
}
