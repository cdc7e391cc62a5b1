// What the pages and the API read: D1, through statements that each walk an index. Rule: the cost of a page does not
// grow with the number of signals, so a filter that no index serves looks at a window of the newest signals only.
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { Fate } from "#contract/audit-step.ts";
import type { Log } from "#runtime/log.ts";
import { type Cursor, cursorText, END, type Page, PageKey, START } from "#web/cursor.ts";
import { LetterRow, SignalRow, SnapshotRow, TrailStep } from "#web/read-rows.ts";
import { createRowReader, type Sql } from "#web/row-reader.ts";
import * as statements from "./read-statements.ts";

export type ReadModel = {
  actionsOf(signalId: string): Promise<readonly ActionSnapshot[]>;
  /** Newest first. With a fate a page may be short and still have a next one. */
  signals(fate: Fate | null, limit: number, before: Cursor | null): Promise<Page<SignalRow>>;
  signal(signalId: string): Promise<SignalRow | null>;
  /** Oldest first. */
  trail(signalId: string): Promise<readonly TrailStep[]>;
  /** Open ones, newest first. */
  deadLetters(limit: number, before: Cursor | null): Promise<Page<LetterRow>>;
};

export function createReadModel(sql: Sql, log: Log): ReadModel {
  const { parse, parsePage } = createRowReader(log);
  return {
    async actionsOf(signalId) {
      return parse(SnapshotRow, await sql(statements.ACTIONS_OF_SIGNAL, [signalId]));
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
