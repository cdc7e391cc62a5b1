import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type CsvRecord, createCsvReader } from "./csv-reader.ts";

function readAll(...pieces: readonly string[]): CsvRecord[] {
  const reader = createCsvReader();
  return [...pieces.flatMap((piece) => [...reader.read(piece)]), ...reader.end()];
}
const fieldsOf = (records: readonly CsvRecord[]) =>
  records.map((record) => (record.ok ? record.fields : record.reason));
const inPieces = (text: string, cuts: readonly number[]) => {
  const ends = [...new Set([...cuts.map((cut) => cut % (text.length + 1)), text.length])].toSorted((a, b) => a - b);
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
};

test.each([
  [
    "a,b\nc,d\n",
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  [
    "a,b\r\nc,d",
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  ['"a,1","b ""x"""\n', [["a,1", 'b "x"']]],
  [
    '"two\nlines",b\r\nc,"d"\r\n',
    [
      ["two\nlines", "b"],
      ["c", "d"],
    ],
  ],
  ["\n\na\n\r\n", [["a"]]],
  [",\n", [["", ""]]],
  ['""\n', []],
  ['5" pipe,Acme "The" Inc\n', [['5" pipe', 'Acme "The" Inc']]],
  ['a,"b"\r', [["a", "b"]]],
  ["", []],
])("%j is read as RFC 4180 says", (text, expected) => {
  expect(fieldsOf(readAll(text))).toEqual(expected);
});

test("rows are numbered from 1, with the header and empty lines", () => {
  expect(readAll("h\n\na\n", "b").map(({ row }) => row)).toEqual([1, 3, 4]);
});

test.each([
  ["text after a quote", 'a,b\n"x"y,z\nc,d\n', "text follows a closing quote"],
  ["an open quote at the end", 'a,b\n"x,z\nc,d\n', "a quote is never closed"],
])("%s costs its own line and no other", (_what, text, reason) => {
  expect(readAll(text)).toEqual([
    { ok: true, row: 1, fields: ["a", "b"] },
    { ok: false, row: 2, reason, text: text.split("\n")[1] },
    { ok: true, row: 3, fields: ["c", "d"] },
  ]);
});

test("an open quote far from the end, and a line of two million characters, cost a line each", () => {
  const rows = Array.from({ length: 200_000 }, (_, n) => `name ${n},x`).join("\n");
  const text = `"open,x\n${rows}\n${"y".repeat(2_000_000)},x\nlast,x\n`;
  const records = readAll(
    ...inPieces(
      text,
      Array.from({ length: 80 }, (_, n) => n * 60_000),
    ),
  );
  expect(records).toHaveLength(200_003);
  const broken = records.filter((record) => !record.ok);
  expect(broken).toMatchObject([
    { row: 1, reason: "over 1000000 characters; is a quote left open?", text: "open,x".padStart(7, '"') },
    { row: 200_002, text: "y".repeat(200) },
  ]);
  expect(records.at(-1)).toEqual({ ok: true, row: 200_003, fields: ["last", "x"] });
});

const cell = fc.string({ unit: fc.constantFrom("a", "é", ",", '"', "\n", "\r", " ", "😀"), maxLength: 6 });
const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
const written = (value: string) => (/[",\r\n]/.test(value) ? quoted(value) : value);

test("any table, written by the book and cut anywhere, is read as it was, and as csv-parse reads it", () => {
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 8 });
  fc.assert(
    fc.property(table, fc.constantFrom("\n", "\r\n"), fc.array(fc.nat(), { maxLength: 6 }), (rows, lineEnd, cuts) => {
      const text = rows.map((row) => row.map(written).join(",") + lineEnd).join("");
      const read = fieldsOf(readAll(...inPieces(text, cuts)));
      expect(read).toEqual(rows);
      expect(read).toEqual(parse(text, { relax_column_count: true, record_delimiter: lineEnd }));
    }),
  );
});

test("any text, cut anywhere, is read the same, and no line of it is lost", () => {
  const text = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r"), maxLength: 60 });
  fc.assert(
    fc.property(text, fc.array(fc.nat(), { maxLength: 6 }), (csv, cuts) => {
      const whole = readAll(csv);
      expect(readAll(...inPieces(csv, cuts))).toEqual(whole);
      expect(readAll(`${csv}${csv.endsWith("\n") || csv === "" ? "" : "\n"}z,z`).at(-1)?.ok).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
