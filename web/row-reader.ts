// Reads rows of D1 as what the pages show. Rule: a row that does not parse is left out and logged, and never fails the
// page; a page is cut before it is parsed, so that such a row does not end the list early.
import type * as z from "zod";
import type { Log } from "#runtime/log.ts";
import { cutPage, type Page } from "./cursor.ts";

/** Runs one statement and answers its rows. Throws when D1 can't; the site turns that into a 503 in one place. */
export type Sql = (statement: string, parameters: readonly (string | number)[]) => Promise<readonly unknown[]>;

export type RowReader = {
  parse<Schema extends z.ZodType>(schema: Schema, rows: readonly unknown[]): z.infer<Schema>[];
  parsePage<Schema extends z.ZodType>(schema: Schema, rows: readonly unknown[], limit: number): Page<z.infer<Schema>>;
};

export function createRowReader(log: Log): RowReader {
  function parse<Schema extends z.ZodType>(schema: Schema, rows: readonly unknown[]): z.infer<Schema>[] {
    const results = rows.map((row) => schema.safeParse(row));
    const parsed = results.flatMap((result) => (result.success ? [result.data] : []));
    if (parsed.length < rows.length) log("error", "unreadable_rows", { count: rows.length - parsed.length });
    return parsed;
  }
  return {
    parse,
    parsePage(schema, rows, limit) {
      const { items, nextCursor } = cutPage(rows, limit);
      return { items: parse(schema, items), nextCursor };
    },
  };
}
