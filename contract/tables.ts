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
    /** JSON of the reports before, newest first, as `[["2026-11-08",40],…]`: what a signal of then has to be told. */
    earlier: text().notNull().default("[]"),
  },
  (table) => [primaryKey({ columns: [table.domain, table.topic, table.source] })],
);

/** Competitors and topics that came up about a deal, one row for each time. Written by `enrich`; kept 90 days. */
export const mentions = sqliteTable(
  "mentions",
  {
    deal_id: text().notNull(),
    kind: text().notNull(),
    name: text().notNull(),
    mentioned_at: text().notNull(),
    signal_id: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.deal_id, table.mentioned_at, table.kind, table.name] })],
);

/**
 * Under which reference something is known today: a merged HubSpot record, an anonymous visitor who said who they are.
 * Written by `enrich`.
 */
export const aliases = sqliteTable("aliases", {
  reference: text().primaryKey(),
  resolves_to: text().notNull(),
  how: text().notNull(),
  learned_at: text().notNull(),
});

/**
 * What happened around an account, or around a visitor while nobody knows whose: the source of `recent_signals` and of
 * intent from behaviour, which is compared with a month before. Written by `enrich`; kept 60 days.
 */
export const activity = sqliteTable(
  "activity",
  {
    account: text().notNull(),
    fired_at: text().notNull(),
    signal_id: text().notNull(),
    event: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.account, table.fired_at, table.signal_id] })],
);

/** Versions of the rules, never edited in place. Written by `rules`; kept for ever. */
export const rulesets = sqliteTable("rulesets", {
  version: text().primaryKey(),
  /** The document as its author wrote it, YAML or JSON. */
  document: text().notNull(),
  author: text().notNull(),
  note: text().notNull(),
  created_at: text().notNull(),
});

/** Which version was made the active one, when and by whom; the newest counts. Written by `rules`. */
export const rulesetActivations = sqliteTable("ruleset_activations", {
  activated_at: text().primaryKey(),
  version: text().notNull(),
  activated_by: text().notNull(),
});

/** Who may do what, and who they are in the CRM and in Slack. Written by `desk`. */
export const people = sqliteTable("people", {
  email: text().primaryKey(),
  name: text().notNull(),
  /** `viewer`, `rep`, `manager` or `operator`. */
  role: text().notNull(),
  manager_email: text(),
  time_zone: text(),
  slack_user_id: text(),
  updated_at: text().notNull(),
});

/** The Slack message that shows an action, so that it can be kept true. Written by `desk`; kept with the action. */
export const cards = sqliteTable("cards", {
  action_id: text().primaryKey(),
  version: integer().notNull(),
  channel: text().notNull(),
  ts: text().notNull(),
});
