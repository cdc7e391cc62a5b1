// What the pages and the API read: D1, and R2 for signals that were rolled off. Rule: the cost of a page does not grow
// with the number of signals, so a search looks at a window of the links that have its terms.
import * as z from "zod";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { KeptStep } from "#contract/kept-step.ts";
import type { RolledSignal } from "#contract/rolled-signal.ts";
import type { Log } from "#runtime/log.ts";
import { type Cursor, END, type Page } from "#web/cursor.ts";
import { LetterRow, SignalRow, SnapshotRow } from "#web/read-rows.ts";
import { createRowReader, type Sql } from "#web/row-reader.ts";
import { NEWEST, type Place, placeText, type SignalFilter, searchOf } from "./read-search.ts";
import * as statements from "./read-statements.ts";

export type FoundSignal = {
  signal: SignalRow;
  /** Oldest first. */
  trail: readonly KeptStep[];
  actions: readonly ActionSnapshot[];
};

const Json = z.string().transform((text): unknown => JSON.parse(text));
const ErasureState = z.object({
  erasure_id: z.string(),
  requested_at: z.string(),
  state: z.string(),
  swept_at: z.string(),
  counts: Json.pipe(z.record(z.string(), z.number())),
});
export type ErasureState = z.infer<typeof ErasureState>;

export type ReadModel = {
  /** Those first that moved last. A page of a search may be short, or empty, and still have a next one. */
  signals(filter: SignalFilter, limit: number, before: Place | null): Promise<Page<SignalRow>>;
  signal(signalId: string): Promise<FoundSignal | null>;
  /** How far a wish to forget somebody came; null until its first sweep has ended. */
  erasure(erasureId: string): Promise<ErasureState | null>;
  /** The newest first. */
  erasures(): Promise<readonly ErasureState[]>;
  /** Open ones, newest first. */
  deadLetters(limit: number, before: Cursor | null): Promise<Page<LetterRow>>;
};

/** The lines of a rolled-off file, or null when it is gone. */
export type RolledFiles = (key: string) => Promise<readonly RolledSignal[] | null>;

/** Behind every place in a link. */
const LINK_END = 9_999;

const Trail = z.preprocess((text) => (typeof text === "string" ? JSON.parse(text) : text), z.array(KeptStep));
const TrailOnly = z.object({ trail: Trail });
const PagePlace = z.object({ page_seq: z.number(), page_position: z.number() });
const Window = z.object({ seq: z.number() });
const RolledTo = z.object({ rolled_to: z.string() });

export function createReadModel(sql: Sql, log: Log, rolledFiles: RolledFiles): ReadModel {
  const { parse, parsePage } = createRowReader(log);

  async function rolledOff(signalId: string): Promise<FoundSignal | null> {
    if (!/^sig_[a-z2-7]{26}$/.test(signalId)) return null;
    const links = parse(RolledTo, await sql(statements.ROLLED, [`"${signalId}"`]));
    for (const key of new Set(links.map(({ rolled_to }) => rolled_to))) {
      const line = (await rolledFiles(key))?.find(({ signal_id }) => signal_id === signalId);
      if (line === undefined) continue;
      const snapshots = line.snapshots.map((snapshot) => ({ snapshot }));
      return found(line, snapshots);
    }
    return null;
  }

  function found(row: unknown, snapshots: readonly unknown[]): FoundSignal | null {
    const [signal] = parse(SignalRow, [row]);
    if (signal === undefined) return null;
    return { signal, trail: parse(TrailOnly, [row])[0]?.trail ?? [], actions: parse(SnapshotRow, snapshots) };
  }

  return {
    async signals(filter, limit, before) {
      const { match, terms, from, to } = await searchOf(filter);
      const { seq, position } = before ?? NEWEST;
      const windowed =
        match === null
          ? await sql(statements.SIGNALS_WINDOW, [seq])
          : await sql(statements.SEARCH_WINDOW, [seq, match]);
      const last = Window.safeParse(windowed[0]).data?.seq;
      const common = [seq, position, last ?? 0, from, to, limit + 1];
      const rows =
        match === null
          ? await sql(statements.SIGNALS, common)
          : await sql(statements.SEARCH, [...common, JSON.stringify(terms), match]);
      const items = rows.slice(0, limit);
      const end = PagePlace.safeParse(items.at(-1)).data;
      const behindPage = rows.length > limit && end !== undefined;
      const behindWindow = last === undefined ? null : placeText({ seq: last, position: LINK_END });
      const nextCursor = behindPage ? placeText({ seq: end.page_seq, position: end.page_position }) : behindWindow;
      return { items: parse(SignalRow, items), nextCursor };
    },
    async signal(signalId) {
      const [row] = await sql(statements.SIGNAL, [signalId]);
      if (row === undefined) return rolledOff(signalId);
      return found(row, await sql(statements.ACTIONS_OF_SIGNAL, [signalId]));
    },
    async erasure(erasureId) {
      return parse(ErasureState, await sql(statements.ERASURE, [erasureId]))[0] ?? null;
    },
    async erasures() {
      return parse(ErasureState, await sql(statements.ERASURES, []));
    },
    async deadLetters(limit, before) {
      const { at, id } = before ?? END;
      return parsePage(LetterRow, await sql(statements.DEAD_LETTERS, [at, id, limit + 1]), limit);
    },
  };
}
