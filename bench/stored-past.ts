// Stored signals to try rules on, in an SQLite file under the real migrations, as the ledger keeps them. Rule: they are
// made and read a page at a time, so that what the bench tells of memory is the backtest's.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { SignalEnriched } from "#contract/signal-enriched.ts";
import type { Sql } from "#rules/store.ts";
import type { Period } from "#rules/stored-signals.ts";

const MIGRATIONS = join(import.meta.dirname, "../migrations");
const STEPS_A_LINK = 50;

export type StoredPast = { sql: Sql; period: Period; remove(): void };

/** `count` signals, one each second; `signal` answers the one that was received then. */
export function storePast(count: number, signal: (n: number, receivedAt: string) => SignalEnriched): StoredPast {
  const folder = mkdtempSync(join(tmpdir(), "dealwire-past-"));
  const db = new DatabaseSync(join(folder, "past.db"));
  for (const file of readdirSync(MIGRATIONS).sort())
    if (file.endsWith(".sql")) db.exec(readFileSync(join(MIGRATIONS, file), "utf8"));
  const keep =
    db.prepare(`INSERT INTO signals VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 'executed', ?12,
    ?13, '[]', '', ?14)`);
  const link = db.prepare("INSERT INTO links VALUES (?, ?, '', '', ?, '', NULL, '')");
  const start = Date.parse("2026-11-01T00:00:00.000Z");
  const at = (n: number) => new Date(start + n * 1_000).toISOString();

  db.exec("BEGIN");
  for (let first = 0; first < count; first += STEPS_A_LINK) {
    const ids: string[] = [];
    const last = Math.min(first + STEPS_A_LINK, count) - 1;
    for (let n = first; n <= last; n += 1) {
      const each = signal(n, at(n));
      const { signal_id, source, signal_type, subject, deal_id, account_id, contact_id, urgency, fired_at } = each;
      const steps = [
        { layer: "ingest", step: "received", at: at(n), data: null },
        { layer: "enrich", step: "enriched", at: at(n), data: { signal: each } },
        { layer: "decide", step: "decided", at: at(n), data: null },
      ];
      const about = [subject, deal_id, account_id, contact_id, urgency, fired_at, at(n), first, JSON.stringify(steps)];
      keep.run(signal_id, "1".repeat(32), source, signal_type, each.payload.event, ...about);
      ids.push(signal_id);
    }
    link.run(first, at(last), JSON.stringify(ids));
  }
  db.exec("COMMIT");
  return {
    sql: async (statement, parameters) => db.prepare(statement).all(...parameters),
    period: { from: at(0), to: at(count) },
    remove() {
      db.close();
      rmSync(folder, { recursive: true });
    },
  };
}
