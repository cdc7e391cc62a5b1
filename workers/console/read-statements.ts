// The SQL behind the pages. Rules: every statement walks a key, an index or the full-text index, never a whole table;
// `state = 'open'` is written out, never bound, because SQLite uses a partial index only when the statement itself
// implies its condition (https://sqlite.org/partialindex.html).
import { FILES_A_PAGE } from "./read-rolled.ts";
import { LINKS_A_PAGE } from "./read-search.ts";

export const ACTIONS_OF_SIGNAL = `SELECT a.snapshot FROM signals AS s, json_each(s.actions) AS named
  CROSS JOIN approvals AS a ON a.action_id = named.value WHERE s.signal_id = ? ORDER BY a.action_id`;

/** `sig_` and 26 characters. */
const ID_LENGTH = 30;

/** Each signal once, in the newest link that has it; links newest first, signals as they stand there. */
const signalsOf = (
  links: string,
  entries: string,
) => `SELECT s.signal_id, s.correlation_id, s.source, s.signal_type, s.event,
    s.subject, s.deal_id, s.account_id, s.urgency, s.fired_at, s.received_at, s.fate, s.fate_at,
    l.seq AS page_seq, t.key AS page_position
  FROM ${links}, json_each(${entries}) AS t CROSS JOIN signals AS s ON s.signal_id = substr(t.value, 1, ${ID_LENGTH})
  WHERE l.seq <= ?1 AND l.seq >= ?3 AND (l.seq < ?1 OR t.key > ?2) AND s.link = l.seq
    AND s.received_at >= ?4 AND s.received_at < ?5`;

/** Parameters: the cursor's link and position, the window's last link, from, to, the limit. */
export const SIGNALS = `${signalsOf("links AS l", "l.signals")} ORDER BY l.seq DESC LIMIT ?6`;

/** The last link of the window, or nothing when fewer are left. Parameter: the cursor's link. */
export const SIGNALS_WINDOW = `SELECT seq FROM links WHERE seq <= ?1 ORDER BY seq DESC LIMIT 1 OFFSET ${LINKS_A_PAGE - 1}`;

const SEARCHED_LINKS = "search CROSS JOIN links AS l ON l.seq = search.rowid";

/**
 * Parameters: as of SIGNALS, the terms as a JSON array, the query of the full-text index, of which terms one is needed, the
 * marks of the terms. A signal is looked up only when its marks say that it may have all terms, and then held against them.
 */
export const SEARCH = `${signalsOf(SEARCHED_LINKS, "CASE l.marks WHEN '' THEN l.signals ELSE l.marks END")}
    AND search MATCH ?8 AND search.rowid <= ?1 AND search.rowid >= ?3
    AND (length(t.value) = ${ID_LENGTH}
      OR NOT EXISTS (SELECT 1 FROM json_each(?10) AS mark WHERE instr(t.value, ' ' || mark.value || ' ') = 0))
    AND NOT EXISTS (SELECT 1 FROM json_each(?7) AS needed WHERE instr(s.terms, ' ' || needed.value || ' ') = 0)
    AND (?9 = '[]' OR EXISTS (SELECT 1 FROM json_each(?9) AS one WHERE instr(s.terms, ' ' || one.value || ' ') > 0))
  ORDER BY search.rowid DESC LIMIT ?6`;

/** Parameters: the cursor's link, the query of the full-text index. */
export const SEARCH_WINDOW = `SELECT rowid AS seq FROM search WHERE search MATCH ?2 AND rowid <= ?1
  ORDER BY rowid DESC LIMIT 1 OFFSET ${LINKS_A_PAGE - 1}`;

/** Rolled-off links of a window, one more than a page reads. Parameters: the cursor's link, the window's last. */
export const ROLLED_LINKS = `SELECT seq, rolled_to FROM links WHERE seq <= ?1 AND seq >= ?2 AND rolled_to <> ''
  ORDER BY seq DESC LIMIT ${FILES_A_PAGE + 1}`;

/** The same of a search. Parameters: as of ROLLED_LINKS, the query of the full-text index. */
export const SEARCH_ROLLED = `SELECT l.seq, l.rolled_to FROM ${SEARCHED_LINKS}
  WHERE search MATCH ?3 AND search.rowid <= ?1 AND search.rowid >= ?2 AND l.rolled_to <> ''
  ORDER BY search.rowid DESC LIMIT ${FILES_A_PAGE + 1}`;

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

/** `where` is of letters/filter.ts. Parameters: its own, the cursor's instant and id, the limit. */
export const deadLetters = (where: string) => `SELECT *, failed_at AS page_at, letter_id AS page_id
  FROM dead_letters AS l WHERE ${where} AND (l.failed_at, l.letter_id) < (?, ?)
  ORDER BY l.failed_at DESC, l.letter_id DESC LIMIT ?`;
