// What the pages and the API read: D1, and R2 for signals that were rolled off. Rule: the cost of a page does not grow
// with the number of signals, so a search looks at a window of the links that have its terms, and into a few files.
import * as z from "zod";
import type { ActionSnapshot } from "#contract/action-state.ts";
import { KeptStep } from "#contract/kept-step.ts";
import type { RolledSignal } from "#contract/rolled-signal.ts";
import { markOf } from "#contract/search-terms.ts";
import type { Log } from "#runtime/log.ts";
import type { LetterFilter } from "#web/api/letters-body.ts";
import { type Cursor, END, type Page } from "#web/cursor.ts";
import { LetterRow, SignalRow, SnapshotRow } from "#web/read-rows.ts";
import { createRowReader, type Sql } from "#web/row-reader.ts";
import { whereOpen } from "./letters/filter.ts";
import { FILES_A_PAGE, searchRolled } from "./read-rolled.ts";
import { NEWEST, type Place, placeText, type SignalFilter, searchOf } from "./read-search.ts";
import * as statements from "./read-statements.ts";

export type FoundSignal = {
  signal: SignalRow;
  /** Oldest first. */
  trail: readonly KeptStep[];
  actions: readonly ActionSnapshot[];
  /** What it is found by; for whom it may be shown to. */
  terms: string;
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
  /**
   * Those first that moved last, of `people` those that name one of these addresses; null is everybody's. A page of a
   * search may be short, or empty, and still have a next one.
   */
  signals(
    filter: SignalFilter,
    people: readonly string[] | null,
    limit: number,
    before: Place | null,
  ): Promise<Page<SignalRow>>;
  signal(signalId: string): Promise<FoundSignal | null>;
  /** How far a wish to forget somebody came; null until its first sweep has ended. */
  erasure(erasureId: string): Promise<ErasureState | null>;
  /** The newest first. */
  erasures(): Promise<readonly ErasureState[]>;
  /** Open ones, newest first. */
  deadLetters(filter: LetterFilter, limit: number, before: Cursor | null): Promise<Page<LetterRow>>;
};

/** The lines of a rolled-off file, or null when it is gone. */
export type RolledFiles = (key: string) => Promise<readonly RolledSignal[] | null>;

/** Behind every place in a link. */
const LINK_END = 9_999;

const Trail = z.preprocess((text) => (typeof text === "string" ? JSON.parse(text) : text), z.array(KeptStep));
const Told = z.object({ trail: Trail, terms: z.string() });
const PagePlace = z.object({ page_seq: z.number(), page_position: z.number() });
const Window = z.object({ seq: z.number() });
const RolledTo = z.object({ rolled_to: z.string() });
const RolledLink = RolledTo.extend({ seq: z.number() });

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
    const { trail, terms } = parse(Told, [row])[0] ?? { trail: [], terms: "" };
    return { signal, trail, actions: parse(SnapshotRow, snapshots), terms };
  }

  return {
    async signals(filter, people, limit, before) {
      const { match, terms, oneOf, from, to } = await searchOf(filter, people);
      const { seq, position } = before ?? NEWEST;
      const windowed =
        match === null
          ? await sql(statements.SIGNALS_WINDOW, [seq])
          : await sql(statements.SEARCH_WINDOW, [seq, match]);
      const last = Window.safeParse(windowed[0]).data?.seq;
      const common = [seq, position, last ?? 0, from, to, limit + 1];
      const marks = JSON.stringify(terms.map(markOf));
      const rows =
        match === null
          ? await sql(statements.SIGNALS, common)
          : await sql(statements.SEARCH, [...common, JSON.stringify(terms), match, JSON.stringify(oneOf), marks]);
      // What was rolled off is older than what was not, so a page that is full already needs none of it.
      const window = [seq, last ?? 0];
      const rolled = parse(
        RolledLink,
        rows.length > limit
          ? []
          : match === null
            ? await sql(statements.ROLLED_LINKS, window)
            : await sql(statements.SEARCH_ROLLED, [...window, match]),
      );
      const files = rolled.slice(0, FILES_A_PAGE);
      const lines = await searchRolled(files, { terms, oneOf, from, to }, { seq, position }, rolledFiles);
      const all = [...rows, ...lines];
      const items = all.slice(0, limit);
      const end = PagePlace.safeParse(items.at(-1)).data;
      const behindPage = all.length > limit && end !== undefined;
      const unread = rolled.length > FILES_A_PAGE ? files.at(-1)?.seq : last;
      const behindWindow = unread === undefined ? null : placeText({ seq: unread, position: LINK_END });
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
    async deadLetters(filter, limit, before) {
      const { at, id } = before ?? END;
      const { sql: where, parameters } = whereOpen(filter);
      return parsePage(LetterRow, await sql(statements.deadLetters(where), [...parameters, at, id, limit + 1]), limit);
    },
  };
}
