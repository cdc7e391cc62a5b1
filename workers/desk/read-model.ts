// What the pages and the API read: D1, through statements that each walk an index. Rule: the cost of a page does not
// grow with the number of signals.
import type { ActionSnapshot, ActionState } from "#contract/action-state.ts";
import type { Log } from "#runtime/log.ts";
import { type Cursor, type Page, START } from "#web/cursor.ts";
import { SnapshotRow } from "#web/read-rows.ts";
import { createRowReader, type Sql } from "#web/row-reader.ts";
import * as statements from "./read-statements.ts";

/** Whose actions: everybody's, one owner's, a team's, or those that wait for a person (theirs and nobody's). */
export type OwnerFilter =
  | { kind: "everyone" }
  | { kind: "owned_by"; email: string }
  | { kind: "team"; emails: readonly string[] }
  | { kind: "waits_for"; email: string };

export type ReadModel = {
  /** Pending actions, the one that is due first first. */
  pending(owner: OwnerFilter, limit: number, after: Cursor | null): Promise<Page<ActionSnapshot>>;
  /** Actions of the newest signals in `state`, or whatever a person was asked about and is settled; newest first. */
  recent(state: ActionState | "decided", owner: OwnerFilter, limit: number): Promise<readonly ActionSnapshot[]>;
  action(actionId: string): Promise<ActionSnapshot | null>;
};

export function createReadModel(sql: Sql, log: Log): ReadModel {
  const { parse, parsePage } = createRowReader(log);
  return {
    async pending(owner, limit, after) {
      const { at, id } = after ?? START;
      const rows = await sql(statements.pending(owner.kind), [at, id, limit + 1, ...ownerOf(owner)]);
      return parsePage(SnapshotRow, rows, limit);
    },
    async recent(state, owner, limit) {
      const ofState = state === "decided" ? [] : [state];
      const rows = await sql(statements.recent(owner.kind, state === "decided"), [
        ...ownerOf(owner),
        ...ofState,
        limit,
      ]);
      return parse(SnapshotRow, rows);
    },
    async action(actionId) {
      return parse(SnapshotRow, await sql(statements.ACTION, [actionId]))[0] ?? null;
    },
  };
}

function ownerOf(owner: OwnerFilter): string[] {
  if (owner.kind === "team") return [JSON.stringify(owner.emails)];
  return owner.kind === "everyone" ? [] : [owner.email];
}
