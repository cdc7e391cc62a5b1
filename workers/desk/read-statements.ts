// The SQL behind the pages. Rule: `state = 'pending'` and `state = 'open'` are written out, never bound, because SQLite
// uses a partial index only when the statement itself implies its condition (https://sqlite.org/partialindex.html).
// Tables WITHOUT ROWID carry the primary key in every index, so the inner selects never touch the table.
import type { OwnerFilter } from "./read-model.ts";

/** No index orders actions by when they were settled; those of this many signals that moved last are looked at. */
const RECENT_SIGNALS = 1_000;
const RECENT_ACTIONS = `(SELECT DISTINCT named.value AS action_id
    FROM (SELECT signal_id FROM touched ORDER BY seq DESC LIMIT ${RECENT_SIGNALS}) AS newest
    CROSS JOIN signals AS s ON s.signal_id = newest.signal_id, json_each(s.actions) AS named)`;

const OWNER = {
  everyone: "",
  owned_by: "AND owner_email = ?",
  team: "AND owner_email IN (SELECT value FROM json_each(?))",
  waits_for: "AND (owner_email = ? OR owner_email IS NULL)",
} as const satisfies Record<OwnerFilter["kind"], string>;

/** Parameters: ?1 and ?2 the cursor's instant and id, ?3 the limit, ?4 the owner's e-mail (of a team a JSON array) unless everyone. */
export function pending(owner: OwnerFilter["kind"]): string {
  const dueFirst = (which: string) => `SELECT action_id, due_at FROM approvals
    WHERE state = 'pending' ${which} AND (due_at, action_id) > (?1, ?2) ORDER BY due_at, action_id LIMIT ?3`;
  // One OR over the owner would walk all that is pending; two ranges of the index end at the limit.
  const page = {
    everyone: dueFirst(""),
    owned_by: dueFirst("AND owner_email = ?4"),
    // Each member's range ends at the limit, too; a manager's team is a handful.
    team: `SELECT a.action_id, a.due_at FROM json_each(?4) AS member CROSS JOIN approvals AS a ON a.action_id IN (
      SELECT action_id FROM approvals WHERE state = 'pending' AND owner_email = member.value
      AND (due_at, action_id) > (?1, ?2) ORDER BY due_at, action_id LIMIT ?3)
      ORDER BY a.due_at, a.action_id LIMIT ?3`,
    waits_for: `SELECT * FROM (${dueFirst("AND owner_email = ?4")})
      UNION ALL SELECT * FROM (${dueFirst("AND owner_email IS NULL")}) ORDER BY due_at, action_id LIMIT ?3`,
  } as const satisfies Record<OwnerFilter["kind"], string>;
  return `SELECT a.snapshot, a.due_at AS page_at, a.action_id AS page_id FROM (${page[owner]}) AS page
    CROSS JOIN approvals AS a ON a.action_id = page.action_id
    ORDER BY page.due_at, page.action_id`;
}

/**
 * Parameters: the owner's e-mail unless everyone, the state unless `decided`, the limit. What was folded into another
 * action is decided with that one.
 */
export function recent(owner: OwnerFilter["kind"], decided: boolean): string {
  const which = decided
    ? `a.state NOT IN ('pending', 'proposed') AND a.snapshot->>'$.action.approval' <> 'auto'
      AND NOT (a.state = 'superseded' AND coalesce(a.snapshot->>'$.note', '') LIKE 'folded into act%')`
    : "a.state = ?";
  return `SELECT a.snapshot
    FROM ${RECENT_ACTIONS} AS recent
    CROSS JOIN approvals AS a ON a.action_id = recent.action_id
    WHERE true ${OWNER[owner]} AND ${which}
    ORDER BY a.updated_at DESC LIMIT ?`;
}

export const ACTION = "SELECT snapshot FROM approvals WHERE action_id = ?";
