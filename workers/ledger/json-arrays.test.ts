// The arrays that are bound to a statement: complete, within the limit, and free of what SQLite can't give back.
import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonArrays } from "./json-arrays.ts";

it("puts the named columns of all rows into one array", () => {
  expect(jsonArrays([{ a: 1, b: "x", c: null }], ["a", "c"])).toEqual(['[{"a":1,"c":null}]']);
});

it("makes no array of no rows", () => {
  expect(jsonArrays([], [])).toEqual([]);
});

it("stays within the limit in bytes, and loses and reorders nothing", () => {
  const rows = fc.array(fc.record({ a: fc.string({ unit: "grapheme", maxLength: 40 }) }));
  fc.assert(
    fc.property(rows, fc.integer({ min: 20, max: 300 }), (given, limit) => {
      const arrays = jsonArrays(given, ["a"], limit);
      for (const array of arrays) {
        if (JSON.parse(array).length > 1) expect(Buffer.byteLength(array)).toBeLessThanOrEqual(limit);
      }
      const clean = given.map(({ a }) => ({ a: a.replaceAll("\0", "\u{FFFD}") }));
      expect(arrays.flatMap((array) => JSON.parse(array))).toEqual(clean);
    }),
  );
});

it("replaces half surrogate pairs and NUL, which would make a text unreadable", () => {
  expect(jsonArrays([{ a: "x\ud800y\0z" }], ["a"])).toEqual(['[{"a":"x\u{FFFD}y\u{FFFD}z"}]']);
});
