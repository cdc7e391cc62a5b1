// The D1 tables, each with its one writer. Rows written are the main cost, so a hot table has no index without a page
// that needs it. The generated SQL in migrations/ adds WITHOUT ROWID by hand where a text key would cost a second row.
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * One row a signal: who, what, when, fate, and its whole trail, packed. Written by `ledger`. No index beside the key: they
 * are listed and searched through `links`. Kept 90 days, then in R2. The view `trail` shows one row a step.
 */
export const signals = sqliteTable("signals", {
  signal_id: text().primaryKey(),
  correlation_id: text().notNull(),
  source: text().notNull(),
  signal_type: text().notNull(),
  event: text().notNull(),
  subject: text().notNull(),
  deal_id: text(),
  account_id: text(),
  contact_id: text(),
  urgency: text().notNull(),
  fired_at: text().notNull(),
  received_at: text().notNull(),
  fate: text().notNull(),
  fate_at: text().notNull(),
  /** The newest link that has a step of it. */
  link: integer().notNull(),
  /** JSON array of the ids of its actions. */
  actions: text().notNull(),
  /** What it is found by, between spaces: contract/search-terms.ts. */
  terms: text().notNull(),
  /** JSON array of KeptStep, oldest first. */
  trail: text().notNull(),
});

/**
 * The chain: one link a batch of steps, each with the digest of the one before. Also the order in which signals are
 * listed, and, through the full-text table `search` over `terms`, how they are found. Written by `ledger`; kept for ever.
 */
export const links = sqliteTable(
  "links",
  {
    seq: integer().primaryKey(),
    at: text().notNull(),
    previous: text().notNull(),
    digest: text().notNull(),
    /** JSON array of the ids of the signals with a step in it. */
    signals: text().notNull(),
    terms: text().notNull(),
    /** The R2 key under which those signals are that did not change after it, once they were rolled off. */
    rolled_to: text(),
    /** JSON array beside `signals`: of each its id and the marks of its terms (search-terms.ts); empty: not known. */
    marks: text().notNull().default(""),
  },
  (table) => [index("links_by_at").on(table.at)],
);

/** What became of each request to forget somebody; never whom. Written by `ledger`; kept for ever. */
export const erasures = sqliteTable("erasures", {
  erasure_id: text().primaryKey(),
  requested_by: text().notNull(),
  requested_at: text().notNull(),
  /** `sweeping` after the first sweep, `done` after the second, which finds what was on its way during the first. */
  state: text().notNull(),
  swept_at: text().notNull(),
  /** JSON of what was emptied or deleted, by kind. */
  counts: text().notNull(),
});

/** Who was erased, as digests, and until when what was received is of before. Written by `ledger`; kept 90 days. */
export const erasedNames = sqliteTable("erased_names", { term: text().primaryKey(), until: text().notNull() });

/** Read model of actions, upserted by version; the Deal object is the authority. Written by `ledger`; of one signal: `signals.actions`. */
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
  (table) => [index("approvals_pending").on(table.owner_email, table.due_at).where(sql`state = 'pending'`)],
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
    /** `open`, `replaying`, `replayed` or `discarded`. */
    state: text().notNull(),
    /** JSON of the event exactly as it arrived, or as a person mended it. */
    event: text().notNull(),
    /** Of its cause: letters of one cause are one issue. */
    fingerprint: text().notNull().default(""),
    first_failed_at: text().notNull().default(""),
    /** The message that told it last, so that a redelivery is no recurrence. */
    told_by: text().notNull().default(""),
    /** How often it came here: once, and once more after each replay that failed. */
    times: integer().notNull().default(1),
    replay_id: text(),
    /** Of an event that was not understood: the raw body it is of. */
    raw_ref: text(),
    /** JSON array of what people did: mended (with the event as it was), replayed, discarded with a reason. */
    history: text().notNull().default("[]"),
  },
  (table) => [
    index("dead_letters_open").on(table.failed_at).where(sql`state = 'open'`),
    index("dead_letters_by_issue").on(table.fingerprint, table.state),
    index("dead_letters_by_replay").on(table.replay_id, table.state),
  ],
);

/** Letters of one cause. Opened and reopened by `ledger`, acknowledged and resolved by people in `console`; kept for ever. */
export const deadLetterIssues = sqliteTable("dead_letter_issues", {
  fingerprint: text().primaryKey(),
  queue: text().notNull(),
  stage: text().notNull(),
  code: text().notNull(),
  /** The reason of the first letter. */
  reason: text().notNull(),
  /** `open`, `acknowledged` or `resolved`. */
  state: text().notNull(),
  first_at: text().notNull(),
  last_at: text().notNull(),
  letters: integer().notNull(),
  /** How often it recurred after it was resolved. */
  reopened: integer().notNull(),
  changed_by: text(),
  changed_at: text(),
});

/** Replays of dead letters that people asked for. Written by `console`; kept for ever. */
export const replays = sqliteTable("replays", {
  replay_id: text().primaryKey(),
  /** JSON of the filter that was previewed. */
  filter: text().notNull(),
  /** `stage`, `stage_then` or `raw`. */
  how: text().notNull(),
  total: integer().notNull(),
  done: integer().notNull(),
  /** `running`, `done` or `aborted`. */
  state: text().notNull(),
  requested_by: text().notNull(),
  requested_at: text().notNull(),
  changed_at: text().notNull(),
});

/** Counters as JSON by series: a row a minute, hour, day, in all, and how things stood. Written by `ledger`: docs/metrics.md. */
export const rollups = sqliteTable(
  "rollups",
  { grain: text().notNull(), at: text().notNull(), counters: text().notNull() },
  (table) => [primaryKey({ columns: [table.grain, table.at] })],
);

/** What is wrong now or was. Written by `ledger`; `muted_until` by `console`. */
export const alerts = sqliteTable("alerts", {
  alert: text().primaryKey(),
  /** `firing` or `recovered`. */
  state: text().notNull(),
  summary: text().notNull(),
  link: text().notNull(),
  since: text().notNull(),
  muted_until: text(),
  muted_by: text(),
});

/** The last run of each scheduled job, noted by the Worker that ran it, with what it measured as JSON. */
export const jobs = sqliteTable("jobs", {
  job: text().primaryKey(),
  ran_at: text().notNull(),
  outcome: text().notNull(),
  measured: text().notNull(),
});

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

/**
 * The Slack messages that show an action, one for each person who was asked, so that they can be kept true. Written by
 * `desk`; `ledger` deletes them with the action.
 */
export const cards = sqliteTable(
  "cards",
  {
    action_id: text().notNull(),
    email: text().notNull(),
    /** The Deal object that holds the action, for a click that comes before the read model knows it. */
    subject: text().notNull(),
    version: integer().notNull(),
    channel: text().notNull(),
    /** Empty from before the message is posted until Slack has named it. */
    ts: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.action_id, table.email] })],
);
