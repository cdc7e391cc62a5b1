// The SQL behind the pages. Rule: `state = 'open'` is written out, never bound, because SQLite uses a partial index only
// when the statement itself implies its condition (https://sqlite.org/partialindex.html).

/** No index serves fates; one page looks through at most this many signals. */
export const FATE_WINDOW = 2_000;

export const ACTIONS_OF_SIGNAL = "SELECT snapshot FROM approvals WHERE signal_id = ? ORDER BY action_id";

const SIGNAL_PAGE = "SELECT *, received_at AS page_at, signal_id AS page_id FROM signals";
const NEWEST_FIRST = "ORDER BY received_at DESC, signal_id DESC";

/** Parameters: the cursor's instant and id, the limit. */
export const SIGNALS = `${SIGNAL_PAGE} WHERE (received_at, signal_id) < (?, ?) ${NEWEST_FIRST} LIMIT ?`;

/** The last signal of the window behind the cursor, or nothing when fewer are left. Parameters: the cursor's. */
export const SIGNALS_WINDOW = `SELECT received_at AS page_at, signal_id AS page_id FROM signals
  WHERE (received_at, signal_id) < (?, ?) ${NEWEST_FIRST} LIMIT 1 OFFSET ${FATE_WINDOW - 1}`;

/** Parameters: the cursor's instant and id, those of the window's end, the fate, the limit. */
export const SIGNALS_OF_FATE = `${SIGNAL_PAGE}
  WHERE (received_at, signal_id) < (?, ?) AND (received_at, signal_id) >= (?, ?) AND fate = ? ${NEWEST_FIRST} LIMIT ?`;

export const SIGNAL = "SELECT * FROM signals WHERE signal_id = ?";
export const TRAIL = "SELECT * FROM trail WHERE signal_id = ? ORDER BY at, event_id";

/** Parameters: the cursor's instant and id, the limit. */
export const DEAD_LETTERS = `SELECT *, failed_at AS page_at, letter_id AS page_id FROM dead_letters
  WHERE state = 'open' AND (failed_at, letter_id) < (?, ?) ORDER BY failed_at DESC, letter_id DESC LIMIT ?`;
