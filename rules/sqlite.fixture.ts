// The statements of this folder on a real SQLite over the real migrations, in memory.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Sql } from "./store.ts";

const MIGRATIONS = join(import.meta.dirname, "../migrations");

/** `sql` is the port; `db` is for a test to prepare and look. */
export function openDatabase(): { db: DatabaseSync; sql: Sql } {
  const db = new DatabaseSync(":memory:");
  const files = readdirSync(MIGRATIONS).filter((name) => name.endsWith(".sql"));
  for (const file of files.sort()) db.exec(readFileSync(join(MIGRATIONS, file), "utf8"));
  return { db, sql: async (statement, parameters) => db.prepare(statement).all(...parameters) };
}
