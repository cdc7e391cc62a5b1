// Rows as JSON arrays for json_each(?1). Rules: no array exceeds what one bound value may hold, and no text holds what
// SQLite can't give back (a NUL ends a text early, half a surrogate pair is not UTF-8).

/** D1 binds at most 2 MB; half of it leaves room for whatever counts bytes differently. */
const MAX_BIND_BYTES = 1_000_000;

const encoder = new TextEncoder();

/** Each row becomes an object of the named columns. A row over the limit makes an array of its own. */
export function jsonArrays<Row>(
  rows: readonly Row[],
  columns: readonly (keyof Row & string)[],
  maxBytes = MAX_BIND_BYTES,
): string[] {
  const arrays: string[] = [];
  let texts: string[] = [];
  let bytes = 2;
  for (const row of rows) {
    const text = JSON.stringify(Object.fromEntries(columns.map((column) => [column, storable(row[column])])));
    const size = encoder.encode(text).byteLength + 1;
    if (texts.length > 0 && bytes + size > maxBytes) {
      arrays.push(`[${texts.join(",")}]`);
      texts = [];
      bytes = 2;
    }
    texts.push(text);
    bytes += size;
  }
  if (texts.length > 0) arrays.push(`[${texts.join(",")}]`);
  return arrays;
}

/** A text that comes back as it went in. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\u{FFFD}");
}

function storable(value: unknown): unknown {
  return typeof value === "string" ? storableText(value) : value;
}
