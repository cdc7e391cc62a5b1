// The D1 tables, each with its one writer. Rows written are the main cost, so a hot table has no index without a page
// that needs it. The generated SQL in migrations/ adds WITHOUT ROWID by hand where a text key would cost a second row.
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** One row a signal: who, what, when, fate. Written by `ledger`; kept 90 days. */
export const signals = sqliteTable(
  "signals",
  {
    signal_id: text().primaryKey(),
    correlation_id: text().notNull(),
    source: text().notNull(),
    signal_type: text().notNull(),
    event: text().notNull(),
    subject: text().notNull(),
    deal_id: text(),
    account_id: text(),
    urgency: text().notNull(),
    fired_at: text().notNull(),
    received_at: text().notNull(),
    fate: text().notNull(),
    fate_at: text().notNull(),
  },
  (table) => [index("signals_by_received").on(table.received_at)],
);

/** Every step of every signal. Written by `ledger`; the key is the page's order, so no other index. Kept 90 days. */
export const trail = sqliteTable(
  "trail",
  {
    signal_id: text().notNull(),
    at: text().notNull(),
    event_id: text().notNull(),
    correlation_id: text().notNull(),
    layer: text().notNull(),
    step: text().notNull(),
    attempt: integer().notNull(),
    duration_ms: integer(),
    summary: text().notNull(),
    actor: text(),
    /** JSON of what went in and out, or null. */
    data: text(),
  },
  (table) => [primaryKey({ columns: [table.signal_id, table.at, table.event_id] })],
);

/** Read model of actions, upserted by version; the Deal object is the authority. Written by `ledger`. */
export const approvals = sqliteTable(
  "approvals",
  {
    action_id: text().primaryKey(),
    version: integer().notNull(),
    subject: text().notNull(),
    signal_id: text().notNull(),
    owner_email: text(),
    type: text().notNull(),
    state: text().notNull(),
    due_at: text(),
    updated_at: text().notNull(),
    /** JSON of the whole ActionSnapshot. */
    snapshot: text().notNull(),
  },
  (table) => [
    index("approvals_pending").on(table.owner_email, table.due_at).where(sql`state = 'pending'`),
    index("approvals_by_signal").on(table.signal_id),
  ],
);

/** Events that could not be processed, whole, with the reason. Written by `ledger`; kept until settled + 30 days. */
export const deadLetters = sqliteTable(
  "dead_letters",
  {
    letter_id: text().primaryKey(),
    queue: text().notNull(),
    stage: text().notNull(),
    code: text().notNull(),
    reason: text().notNull(),
    attempts: integer().notNull(),
    signal_id: text(),
    correlation_id: text(),
    failed_at: text().notNull(),
    state: text().notNull(),
    /** JSON of the event exactly as it arrived. */
    event: text().notNull(),
  },
  (table) => [index("dead_letters_open").on(table.failed_at).where(sql`state = 'open'`)],
);

/**
 * What companies read about: one row for each topic of a domain and who observed it, with the newest report's score and
 * the one of the report before. Written by `enrich`; the key is how it is looked up, so no other index. Kept 90 days.
 */
export const intent = sqliteTable(
  "intent",
  {
    domain: text().notNull(),
    topic: text().notNull(),
    source: text().notNull(),
    score: real().notNull(),
    /** Null when no earlier report named it. */
    previous_score: real(),
    /** Dates such as `2026-11-15`: of the newest report that names it, and of the first. */
    report_date: text().notNull(),
    first_seen: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.domain, table.topic, table.source] })],
);
