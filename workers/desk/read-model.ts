// What the pages and the API read: D1, through statements that each walk an index. Rule: the cost of a page does not
// grow with the number of signals, so a filter that no index serves looks at a window of the newest signals only.
import type * as z from "zod";
import type { ActionSnapshot, ActionState } from "#contract/action-state.ts";
import type { Fate } from "#contract/audit-step.ts";
import type { Log } from "#runtime/log.ts";
import { type Cursor, cursorText, cutPage, END, type Page, PageKey, START } from "./cursor.ts";
import { LetterRow, OwnerRow, SignalRow, SnapshotRow, TrailStep } from "./read-rows.ts";
import * as statements from "./read-statements.ts";

/** Runs one statement and answers its rows. Throws when D1 can't; the app turns that into a 503 in one place. */
export type Sql = (statement: string, parameters: readonly (string | number)[]) => Promise<readonly unknown[]>;

/** Whose actions: everybody's, those of one owner, or those that wait for a person (theirs and nobody's). */
export type OwnerFilter =
  | { kind: "everyone" }
  | { kind: "owned_by"; email: string }
  | { kind: "waits_for"; email: string };

export type ReadModel = {
  /** Pending actions, the one that is due first first. */
  pending(owner: OwnerFilter, limit: number, after: Cursor | null): Promise<Page<ActionSnapshot>>;
  /** Actions of the newest signals in `state`, or whatever a person was asked about and is settled; newest first. */
  recent(state: ActionState | "decided", owner: OwnerFilter, limit: number): Promise<readonly ActionSnapshot[]>;
  action(actionId: string): Promise<ActionSnapshot | null>;
  actionsOf(signalId: string): Promise<readonly ActionSnapshot[]>;
  /** E-mail addresses of everybody who owned a recent action. */
  owners(): Promise<readonly string[]>;
  /** Newest first. With a fate a page may be short and still have a next one. */
  signals(fate: Fate | null, limit: number, before: Cursor | null): Promise<Page<SignalRow>>;
  signal(signalId: string): Promise<SignalRow | null>;
  /** Oldest first. */
  trail(signalId: string): Promise<readonly TrailStep[]>;
  /** Open ones, newest first. */
  deadLetters(limit: number, before: Cursor | null): Promise<Page<LetterRow>>;
};

export function createReadModel(sql: Sql, log: Log): ReadModel {
  function parse<Schema extends z.ZodType>(schema: Schema, rows: readonly unknown[]): z.infer<Schema>[] {
    const results = rows.map((row) => schema.safeParse(row));
    const parsed = results.flatMap((result) => (result.success ? [result.data] : []));
    if (parsed.length < rows.length) log("error", "unreadable_rows", { count: rows.length - parsed.length });
    return parsed;
  }

  /** Cut before parsing, so that an unreadable row does not end the list early. */
  function parsePage<Schema extends z.ZodType>(
    schema: Schema,
    rows: readonly unknown[],
    limit: number,
  ): Page<z.infer<Schema>> {
    const { items, nextCursor } = cutPage(rows, limit);
    return { items: parse(schema, items), nextCursor };
  }

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
    async actionsOf(signalId) {
      return parse(SnapshotRow, await sql(statements.ACTIONS_OF_SIGNAL, [signalId]));
    },
    async owners() {
      return parse(OwnerRow, await sql(statements.OWNERS, [])).map(({ owner_email }) => owner_email);
    },
    async signals(fate, limit, before) {
      const { at, id } = before ?? END;
      if (fate === null) return parsePage(SignalRow, await sql(statements.SIGNALS, [at, id, limit + 1]), limit);
      const boundary = PageKey.safeParse((await sql(statements.SIGNALS_WINDOW, [at, id]))[0]);
      const last = boundary.success ? { at: boundary.data.page_at, id: boundary.data.page_id } : START;
      const rows = await sql(statements.SIGNALS_OF_FATE, [at, id, last.at, last.id, fate, limit + 1]);
      const page = parsePage(SignalRow, rows, limit);
      return page.nextCursor === null && boundary.success ? { ...page, nextCursor: cursorText(last) } : page;
    },
    async signal(signalId) {
      return parse(SignalRow, await sql(statements.SIGNAL, [signalId]))[0] ?? null;
    },
    async trail(signalId) {
      return parse(TrailStep, await sql(statements.TRAIL, [signalId]));
    },
    async deadLetters(limit, before) {
      const { at, id } = before ?? END;
      return parsePage(LetterRow, await sql(statements.DEAD_LETTERS, [at, id, limit + 1]), limit);
    },
  };
}

function ownerOf(owner: OwnerFilter): string[] {
  return owner.kind === "everyone" ? [] : [owner.email];
}
