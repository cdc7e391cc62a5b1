// The SQL behind the pages. Rule: `state = 'pending'` and `state = 'open'` are written out, never bound, because SQLite
// uses a partial index only when the statement itself implies its condition (https://sqlite.org/partialindex.html).
// Tables WITHOUT ROWID carry the primary key in every index, so the inner selects never touch the table.
import type { OwnerFilter } from "./read-model.ts";

/** No index orders actions by when they were settled; those of this many newest signals are looked at. */
const RECENT_SIGNALS = 1_000;
/** No index serves fates; one page looks through at most this many signals. */
export const FATE_WINDOW = 2_000;

const OWNER = {
  everyone: "",
  owned_by: "AND owner_email = ?",
  waits_for: "AND (owner_email = ? OR owner_email IS NULL)",
} as const satisfies Record<OwnerFilter["kind"], string>;

/** Parameters: ?1 and ?2 the cursor's instant and id, ?3 the limit, ?4 the owner's e-mail unless everyone. */
export function pending(owner: OwnerFilter["kind"]): string {
  const dueFirst = (which: string) => `SELECT action_id, due_at FROM approvals
    WHERE state = 'pending' ${which} AND (due_at, action_id) > (?1, ?2) ORDER BY due_at, action_id LIMIT ?3`;
  // One OR over the owner would walk all that is pending; two ranges of the index end at the limit.
  const page = {
    everyone: dueFirst(""),
    owned_by: dueFirst("AND owner_email = ?4"),
    waits_for: `SELECT * FROM (${dueFirst("AND owner_email = ?4")})
      UNION ALL SELECT * FROM (${dueFirst("AND owner_email IS NULL")}) ORDER BY due_at, action_id LIMIT ?3`,
  } as const satisfies Record<OwnerFilter["kind"], string>;
  return `SELECT a.snapshot, a.due_at AS page_at, a.action_id AS page_id FROM (${page[owner]}) AS page
    CROSS JOIN approvals AS a ON a.action_id = page.action_id
    ORDER BY page.due_at, page.action_id`;
}

/** Parameters: the owner's e-mail unless everyone, the state unless `decided`, the limit. */
export function recent(owner: OwnerFilter["kind"], decided: boolean): string {
  const which = decided
    ? "a.state NOT IN ('pending', 'proposed') AND a.snapshot->>'$.action.approval' <> 'auto'"
    : "a.state = ?";
  return `SELECT a.snapshot
    FROM (SELECT signal_id FROM signals ORDER BY received_at DESC LIMIT ${RECENT_SIGNALS}) AS newest
    CROSS JOIN approvals AS a ON a.signal_id = newest.signal_id
    WHERE true ${OWNER[owner]} AND ${which}
    ORDER BY a.updated_at DESC LIMIT ?`;
}

export const ACTION = "SELECT snapshot FROM approvals WHERE action_id = ?";
export const ACTIONS_OF_SIGNAL = "SELECT snapshot FROM approvals WHERE signal_id = ? ORDER BY action_id";

export const OWNERS = `SELECT owner_email FROM approvals WHERE state = 'pending' AND owner_email IS NOT NULL
  UNION
  SELECT a.owner_email FROM (SELECT signal_id FROM signals ORDER BY received_at DESC LIMIT ${RECENT_SIGNALS}) AS newest
  CROSS JOIN approvals AS a ON a.signal_id = newest.signal_id
  WHERE a.owner_email IS NOT NULL
  ORDER BY 1 LIMIT 50`;

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
