// Reads CSV (RFC 4180) out of pieces of text, a record at a time. Rules: a record that can't be read costs its own line
// and no other, however it is broken; at most one record is held. Why no library: decisions/0006.

export type CsvRecord =
  | { ok: true; row: number; fields: readonly string[] }
  | { ok: false; row: number; reason: string; text: string };

export type CsvReader = {
  /** The records that are whole now. */
  read(text: string): Generator<CsvRecord>;
  /** The last one, when no line end follows it. */
  end(): Generator<CsvRecord>;
};

type Scan = { kind: "whole"; fields: string[]; end: number } | { kind: "partial" } | { kind: "broken"; reason: string };

/** Longer than any line of a report; an open quote would otherwise collect the rest of the file. */
const MAX_RECORD_CHARS = 1_000_000;
const SHOWN_CHARS = 200;

/**
 * `row` counts records from 1, header and empty lines included, as an editor does while no field has a line end in it.
 * Lines end with LF or CRLF. A quote within an unquoted field is an ordinary character.
 */
export function createCsvReader(): CsvReader {
  let pending = "";
  let row = 0;
  let skipping = false;

  function* records(ended: boolean): Generator<CsvRecord> {
    let at = 0;
    while (at < pending.length) {
      if (skipping) {
        const lineEnd = pending.indexOf("\n", at);
        skipping = lineEnd < 0;
        at = skipping ? pending.length : lineEnd + 1;
        continue;
      }
      const scan = limited(scanRecord(pending, at, ended), pending.length - at, at);
      if (scan.kind === "partial") break;
      row += 1;
      if (scan.kind === "whole") {
        at = scan.end;
        if (scan.fields.length > 1 || scan.fields[0] !== "") yield { ok: true, row, fields: scan.fields };
      } else {
        const [text = ""] = pending.slice(at, at + SHOWN_CHARS).split("\n");
        skipping = true;
        yield { ok: false, row, reason: scan.reason, text };
      }
    }
    pending = pending.slice(at);
  }

  return {
    read(text) {
      pending += text;
      return records(false);
    },
    end: () => records(true),
  };
}

function limited(scan: Scan, available: number, at: number): Scan {
  const length = scan.kind === "whole" ? scan.end - at : available;
  if (scan.kind === "broken" || length <= MAX_RECORD_CHARS) return scan;
  return { kind: "broken", reason: `over ${MAX_RECORD_CHARS} characters; is a quote left open?` };
}

function scanRecord(text: string, at: number, ended: boolean): Scan {
  const lineEnd = text.indexOf("\n", at);
  if (lineEnd < 0 && !ended) return { kind: "partial" };
  const line = text.slice(at, lineEnd < 0 ? text.length : lineEnd);
  if (line.includes('"')) return scanQuoted(text, at, ended);
  return { kind: "whole", fields: withoutCr(line).split(","), end: lineEnd < 0 ? text.length : lineEnd + 1 };
}

/** A record with a quote in its first line, which need not be its last. */
function scanQuoted(text: string, start: number, ended: boolean): Scan {
  const fields: string[] = [];
  let at = start;
  for (;;) {
    const field = text[at] === '"' ? quotedField(text, at, ended) : plainField(text, at);
    if (field.kind !== "field") return field;
    at = field.end;
    if (text.startsWith("\r\n", at)) at += 1;
    const next = text[at];
    // A CR that ends the text may be half of a line end.
    const last = next === undefined || (next === "\r" && at + 1 === text.length);
    if (last && !ended) return { kind: "partial" };
    fields.push(field.quoted || next === "," ? field.value : withoutCr(field.value));
    if (last || next === "\n") return { kind: "whole", fields, end: last ? text.length : at + 1 };
    if (next !== ",") return { kind: "broken", reason: "text follows a closing quote" };
    at += 1;
  }
}

type Field = { kind: "field"; value: string; end: number; quoted: boolean };

function plainField(text: string, at: number): Field {
  let end = at;
  while (end < text.length && text[end] !== "," && text[end] !== "\n") end += 1;
  return { kind: "field", value: text.slice(at, end), end, quoted: false };
}

function quotedField(text: string, at: number, ended: boolean): Field | Scan {
  let value = "";
  for (let from = at + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return ended ? { kind: "broken", reason: "a quote is never closed" } : { kind: "partial" };
    if (text[quote + 1] !== '"') {
      // The other half of a doubled quote may be yet to come.
      if (quote + 1 === text.length && !ended) return { kind: "partial" };
      return { kind: "field", value: value + text.slice(from, quote), end: quote + 1, quoted: true };
    }
    value += text.slice(from, quote + 1);
    from = quote + 2;
  }
}

function withoutCr(text: string): string {
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}
