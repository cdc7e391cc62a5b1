// The SQL behind the pages. Rules: every statement walks a key, an index or the full-text index, never a whole table;
// `state = 'open'` is written out, never bound, because SQLite uses a partial index only when the statement itself
// implies its condition (https://sqlite.org/partialindex.html).
import { LINKS_A_PAGE } from "./read-search.ts";

export const ACTIONS_OF_SIGNAL = `SELECT a.snapshot FROM signals AS s, json_each(s.actions) AS named
  CROSS JOIN approvals AS a ON a.action_id = named.value WHERE s.signal_id = ? ORDER BY a.action_id`;

/** Each signal once, in the newest link that has it; links newest first, signals as they stand there. */
const signalsOf = (links: string) => `SELECT s.signal_id, s.correlation_id, s.source, s.signal_type, s.event,
    s.subject, s.deal_id, s.account_id, s.urgency, s.fired_at, s.received_at, s.fate, s.fate_at,
    l.seq AS page_seq, t.key AS page_position
  FROM ${links}, json_each(l.signals) AS t CROSS JOIN signals AS s ON s.signal_id = t.value
  WHERE l.seq <= ?1 AND l.seq >= ?3 AND (l.seq < ?1 OR t.key > ?2) AND s.link = l.seq
    AND s.received_at >= ?4 AND s.received_at < ?5`;

/** Parameters: the cursor's link and position, the window's last link, from, to, the limit. */
export const SIGNALS = `${signalsOf("links AS l")} ORDER BY l.seq DESC LIMIT ?6`;

/** The last link of the window, or nothing when fewer are left. Parameter: the cursor's link. */
export const SIGNALS_WINDOW = `SELECT seq FROM links WHERE seq <= ?1 ORDER BY seq DESC LIMIT 1 OFFSET ${LINKS_A_PAGE - 1}`;

/** Parameters: as of SIGNALS, the terms as a JSON array, the query of the full-text index. */
export const SEARCH = `${signalsOf("search CROSS JOIN links AS l ON l.seq = search.rowid")}
    AND search MATCH ?8 AND search.rowid <= ?1 AND search.rowid >= ?3
    AND NOT EXISTS (SELECT 1 FROM json_each(?7) AS needed WHERE instr(s.terms, ' ' || needed.value || ' ') = 0)
  ORDER BY search.rowid DESC LIMIT ?6`;

/** Parameters: the cursor's link, the query of the full-text index. */
export const SEARCH_WINDOW = `SELECT rowid AS seq FROM search WHERE search MATCH ?2 AND rowid <= ?1
  ORDER BY rowid DESC LIMIT 1 OFFSET ${LINKS_A_PAGE - 1}`;

export const SIGNAL = "SELECT * FROM signals WHERE signal_id = ?";

/** Under which keys of R2 a signal may be. Parameter: its id. */
export const ROLLED = `SELECT l.rolled_to FROM search CROSS JOIN links AS l ON l.seq = search.rowid
  WHERE search MATCH ? AND l.rolled_to <> '' ORDER BY search.rowid DESC LIMIT 10`;

/** The chain, oldest first. Parameters: after which link, the limit. */
export const CHAIN =
  "SELECT seq, at, previous, digest, signals, rolled_to FROM links WHERE seq > ? ORDER BY seq LIMIT ?";

/** Parameter: ids as a JSON array. */
export const TRAILS = `SELECT signal_id, trail FROM signals WHERE signal_id IN (SELECT value FROM json_each(?))`;

export const ERASURE = "SELECT * FROM erasures WHERE erasure_id = ?";

export const ERASURES = "SELECT * FROM erasures ORDER BY requested_at DESC LIMIT 50";

/** Parameters: the cursor's instant and id, the limit. */
export const DEAD_LETTERS = `SELECT *, failed_at AS page_at, letter_id AS page_id FROM dead_letters
  WHERE state = 'open' AND (failed_at, letter_id) < (?, ?) ORDER BY failed_at DESC, letter_id DESC LIMIT ?`;
