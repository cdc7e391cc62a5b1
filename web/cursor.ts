// Where a page of a list ends and the next begins: the sort key of the last row, made unique by its id. Rule: a cursor
// is opaque to callers, and one that does not parse is refused rather than read as "from the start".
import * as z from "zod";
import { Instant } from "#contract/envelope.ts";

export type Cursor = { at: string; id: string };
export type Page<Item> = { items: readonly Item[]; nextCursor: string | null };

const Parts = z.tuple([Instant, z.string().regex(/^[\w-]{1,100}$/)]);

/** Before every row when ascending, after every row when descending. */
export const START: Cursor = { at: "", id: "" };
export const END: Cursor = { at: "~", id: "~" };

function cursorText({ at, id }: Cursor): string {
  return `${at}~${id}`;
}

/** `text` as `cursorText` wrote it; a plain instant is fine too and stands before all of its millisecond. */
export function parseCursor(text: string): Cursor | null {
  if (Instant.safeParse(text).success) return { at: text, id: "" };
  const parts = Parts.safeParse(text.split("~"));
  return parts.success ? { at: parts.data[0], id: parts.data[1] } : null;
}

/** The columns by which a list is sorted, as every paged query names them. */
const PageKey = z.object({ page_at: z.string(), page_id: z.string() });

/** One page of the rows, of which one more than `limit` was asked for so that the end is known. */
export function cutPage(rows: readonly unknown[], limit: number): Page<unknown> {
  const items = rows.slice(0, limit);
  const key = PageKey.safeParse(items.at(-1));
  const nextCursor =
    rows.length > limit && key.success ? cursorText({ at: key.data.page_at, id: key.data.page_id }) : null;
  return { items, nextCursor };
}
