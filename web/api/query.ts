// The query parameters that lists share. Rule: a parameter that does not parse is a 400 that names it, never ignored.
import * as z from "zod";
import { type Cursor, parseCursor } from "../cursor.ts";
import { type FieldError, fieldErrors } from "./field-error.ts";

/** Items a page: 1 to `most`, `usual` when not given. */
export function limitParameter(usual: number, most: number) {
  return z.coerce.number().int().min(1).max(most).default(usual);
}

/** A cursor as the previous page gave it; null from the start. */
export const cursorParameter = z
  .string()
  .optional()
  .transform((text, context): Cursor | null => {
    if (text === undefined) return null;
    const cursor = parseCursor(text);
    if (cursor === null)
      context.addIssue({ code: "custom", message: "not a cursor; use next_cursor of the previous page" });
    return cursor;
  });

export type ParsedQuery<Value> = { ok: true; value: Value } | { ok: false; errors: readonly FieldError[] };

export function parseQuery<Schema extends z.ZodType>(
  schema: Schema,
  query: Readonly<Record<string, string>>,
): ParsedQuery<z.infer<Schema>> {
  const result = schema.safeParse(query);
  return result.success ? { ok: true, value: result.data } : { ok: false, errors: fieldErrors(result.error) };
}
